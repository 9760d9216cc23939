/** Members may change managed objects by hand: the way in when the operator itself is broken, and for tests of drift. */
export const breakGlassGroup = 'moltagent:break-glass'
