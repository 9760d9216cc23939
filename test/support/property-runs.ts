/** Cases of each property. Mutation testing runs the suite hundreds of times and asks for fewer. */
export const propertyRuns = Number(process.env.PROPERTY_RUNS ?? 10_000)
