/** Held until the machines are gone, so that a policy never goes before its machine. */
export const finalizer = 'moltagent.cloud/teardown'
