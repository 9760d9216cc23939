/** The value below which this share of the measurements lies (nearest rank); NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN
}

export const inMs = (value: number): string => `${value.toFixed(0)} ms`

export function summary(values: readonly number[]): string {
  return `P50 ${inMs(percentile(values, 0.5))}, P99 ${inMs(percentile(values, 0.99))} (${values.length})`
}
