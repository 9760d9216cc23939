import type { Epoch } from '../epoch.ts'
import { segmentFile, segmentIndices } from '../file-names.ts'
import type { LogFiles } from '../log-files.ts'
import { isSeamSigned, type Seam } from '../seam.ts'
import { finding, type Finding } from './finding.ts'
import { readSeam } from './scan-segment.ts'

/** A segment, the file it was found in, and its seam if that is the log's own. */
export interface LocatedSegment {
  readonly index: number
  readonly file: string
  readonly seam: { readonly seam: Seam; readonly leaf: string } | undefined
}

/** The segments in order by what their signed seams say, wherever they lie. */
export async function locateSegments(files: Pick<LogFiles, 'names' | 'read'>, epochs: readonly Epoch[]) {
  const located = new Map<number, LocatedSegment>()
  const findings: Finding[] = []
  for (const fileIndex of segmentIndices(await files.names())) {
    const { segment, finding: wrong } = await locate(files, fileIndex, epochs)
    if (wrong) findings.push(wrong)
    if (!located.has(segment.index) || segment.index === fileIndex) located.set(segment.index, segment)
  }
  const segments = [...located.values()].sort((left, right) => left.index - right.index)
  return { segments, findings: [...findings, ...missingSegments(segments)] }
}

async function locate(files: Pick<LogFiles, 'read'>, fileIndex: number, epochs: readonly Epoch[]) {
  const file = segmentFile(fileIndex)
  const seam = await readSeam(files, fileIndex)
  const problem = seam ? seamProblem(seam.seam, epochs) : 'cannot be read'
  if (!seam || problem !== undefined) {
    const place = { file, line: 1, byte: 0, ...(seam ? { seq: seam.seam.firstSeq } : {}) }
    return {
      segment: { index: fileIndex, file, seam: undefined },
      finding: finding('altered-seam', place, `the seam of ${file} ${problem}`),
    }
  }
  const index = seam.seam.segment
  return { segment: { index, file, seam }, finding: index === fileIndex ? undefined : swapped(file, index, seam.seam.firstSeq) }
}

function swapped(file: string, index: number, seq: number): Finding {
  return finding('swapped-segment', { file, line: 1, byte: 0, seq }, `${file} holds segment ${index}: files were swapped or copied`)
}

function missingSegments(segments: readonly LocatedSegment[]): readonly Finding[] {
  const size = segments.find(({ seam }) => seam)?.seam?.seam.segmentRecords ?? 0
  const present = new Set(segments.map(({ index }) => index))
  const missing = Array.from({ length: segments.at(-1)?.index ?? 0 }, (_, index) => index).filter((index) => !present.has(index))
  return missing.map((index) => {
    const place = { file: segmentFile(index), seq: index * size, lastSeq: (index + 1) * size - 1 }
    return finding('missing-segment', place, `${segmentFile(index)} is missing, records ${place.seq} to ${place.lastSeq} with it`)
  })
}

/** What is wrong with a seam itself; its root and link are compared with the records later. */
function seamProblem(seam: Seam, epochs: readonly Epoch[]): string | undefined {
  const keys = epochs
    .filter(({ fromSize }, index) => fromSize <= seam.firstSeq && (epochs[index + 1]?.fromSize ?? seam.firstSeq) >= seam.firstSeq)
    .map(({ key }) => key)
  if (seam.origin !== epochs[0]?.origin) return `names another log, ${seam.origin}`
  if (!Number.isInteger(Math.log2(seam.segmentRecords)) || seam.firstSeq !== seam.segment * seam.segmentRecords)
    return 'names impossible numbers'
  if (!keys.includes(seam.key)) return 'is signed by a key that was not in force then'
  return isSeamSigned(seam) ? undefined : 'is altered: its signature does not hold'
}
