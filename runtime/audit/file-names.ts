/** Lines of `epochSchema`: which key signs from where. */
export const epochsFile = 'epochs.jsonl'

/** Lines of `checkpointLineSchema`: the signed heads. */
export const checkpointsFile = 'checkpoints.jsonl'

const segmentPattern = /^segment-([0-9]{6,9})\.jsonl$/

/** Name of segment `index`: its seam, then its records, a line each. */
export function segmentFile(index: number): string {
  return `segment-${String(index).padStart(6, '0')}.jsonl`
}

/** Numbers of the segments among a folder's names, in order. */
export function segmentIndices(names: readonly string[]): readonly number[] {
  const indices = names.flatMap((name) => {
    const digits = segmentPattern.exec(name)?.[1]
    return digits !== undefined && segmentFile(Number(digits)) === name ? [Number(digits)] : []
  })
  return indices.sort((left, right) => left - right)
}
