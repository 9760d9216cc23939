import { finding, type Finding, type FindingPlace } from './finding.ts'

interface LinePlace {
  /** Leaf hash, hexadecimal. */
  readonly leaf: string
  readonly line: number
  readonly byte: number
}

type NumberedLine = LinePlace & { readonly content: { readonly seq: number; readonly previous: string } }
type UnreadableLine = LinePlace & { readonly content: { readonly why: string } }

/** A line of a damaged segment, as far as it can be read. */
export type DamagedLine = NumberedLine | UnreadableLine

/** What the segment should hold. */
export interface SegmentFrame {
  readonly file: string
  readonly firstSeq: number
  /** Records that fit into it. */
  readonly capacity: number
  /** What the first record's `previous` must be: leaf hash of the seam. Undefined where the seam itself is damaged. */
  readonly previous: string | undefined
}

function isNumbered(line: DamagedLine): line is NumberedLine {
  return 'seq' in line.content
}

/**
 * Tells what happened to a segment whose lines are not one unbroken chain: flipped bytes, deletions, insertions, duplicates, changed
 * order, each with its place. Looks at all lines at once, because only a line's neighbours tell whether it is the wrong one.
 */
export function diagnoseSegment(lines: readonly DamagedLine[], frame: SegmentFrame): readonly Finding[] {
  const { kept, findings: duplicates } = withoutDuplicates(lines, frame)
  const { records, findings: insertions } = withoutInsertions(kept.filter(isNumbered), frame)
  const reordered = outOfOrder(records, frame)
  const inOrder = records.toSorted((left, right) => left.content.seq - right.content.seq)
  const { present, findings: unreadableOnes } = placeUnreadable(kept, records, frame)
  return [
    ...duplicates,
    ...insertions,
    ...reordered,
    ...unreadableOnes,
    ...deletions(present, inOrder, frame),
    ...alterations(inOrder, frame),
  ].toSorted((left, right) => (left.seq ?? 0) - (right.seq ?? 0))
}

function place(frame: SegmentFrame, line: DamagedLine, seq: number): FindingPlace {
  return { seq, file: frame.file, line: line.line, byte: line.byte }
}

function withoutDuplicates(lines: readonly DamagedLine[], frame: SegmentFrame) {
  const first = new Map<string, DamagedLine>()
  const findings: Finding[] = []
  for (const line of lines) {
    const original = first.get(line.leaf)
    if (!original) first.set(line.leaf, line)
    else if (isNumbered(line)) {
      const { seq } = line.content
      findings.push(
        finding('duplicated', place(frame, line, seq), `record ${seq} of line ${original.line} is repeated in line ${line.line}`),
      )
    } else
      findings.push(
        finding('inserted', { file: frame.file, line: line.line, byte: line.byte }, `line ${line.line} repeats line ${original.line}`),
      )
  }
  return { kept: [...first.values()], findings }
}

/** Of several lines that claim one number the one that the chain names is kept; numbers of other segments are no records of this one. */
function withoutInsertions(lines: readonly NumberedLine[], frame: SegmentFrame) {
  const belongs = ({ content }: NumberedLine): boolean => content.seq >= frame.firstSeq && content.seq < frame.firstSeq + frame.capacity
  const own = lines.filter(belongs)
  const named = new Set(lines.map((line) => line.content.previous))
  const records = new Map<number, NumberedLine>()
  for (const line of own) {
    const rival = records.get(line.content.seq)
    if (!rival || (!named.has(rival.leaf) && named.has(line.leaf))) records.set(line.content.seq, line)
  }
  const kept = new Set(records.values())
  const findings = lines.flatMap((line) => (kept.has(line) ? [] : [insertion(line, belongs(line), frame)]))
  return { records: own.filter((line) => kept.has(line)), findings }
}

function insertion(line: NumberedLine, belongs: boolean, frame: SegmentFrame): Finding {
  const { seq } = line.content
  const why = belongs ? `another, different record ${seq} is there too` : `no record ${seq} belongs into ${frame.file}`
  return finding('inserted', place(frame, line, seq), `line ${line.line} was inserted: ${why}`)
}

function outOfOrder(records: readonly NumberedLine[], frame: SegmentFrame): readonly Finding[] {
  let highest = -1
  return records.flatMap((line) => {
    const { seq } = line.content
    const isLate = seq < highest
    highest = Math.max(highest, seq)
    return isLate ? [finding('reordered', place(frame, line, seq), `record ${seq} is out of order: it stands after record ${highest}`)] : []
  })
}

/** An unreadable line is the record that is missing at its place; where none is missing it was inserted. */
function placeUnreadable(kept: readonly DamagedLine[], records: readonly NumberedLine[], frame: SegmentFrame) {
  const present = new Set(records.map((line) => line.content.seq))
  const findings: Finding[] = []
  let next = frame.firstSeq
  for (const line of kept) {
    if (isNumbered(line)) next = present.has(line.content.seq) ? Math.max(next, line.content.seq + 1) : next
    else if (present.has(next)) {
      findings.push(
        finding('inserted', place(frame, line, next), `line ${line.line} was inserted before record ${next}: ${line.content.why}`),
      )
    } else {
      findings.push(finding('altered', place(frame, line, next), `record ${next} is altered: ${line.content.why}`))
      present.add(next)
      next += 1
    }
  }
  return { present, findings }
}

function deletions(present: ReadonlySet<number>, inOrder: readonly NumberedLine[], frame: SegmentFrame): readonly Finding[] {
  const findings: Finding[] = []
  let first = frame.firstSeq
  for (const line of inOrder) {
    const last = line.content.seq - 1
    while (first <= last && present.has(first)) first += 1
    if (first <= last) findings.push(...deletion(first, last, { present, line, frame }))
    first = line.content.seq + 1
  }
  return findings
}

/** Between two records that are there, some of those missing may be there as unreadable lines. */
function deletion(
  from: number,
  to: number,
  context: { present: ReadonlySet<number>; line: NumberedLine; frame: SegmentFrame },
): readonly Finding[] {
  const { present, line, frame } = context
  let last = to
  while (last >= from && present.has(last)) last -= 1
  if (last < from) return []
  const what = from === last ? `record ${from} is` : `records ${from} to ${last} are`
  const where = { seq: from, lastSeq: last, file: frame.file, line: line.line, byte: line.byte }
  return [finding('deleted', where, `${what} missing before line ${line.line}`)]
}

/** Where a record does not link to the one before it: if the next link is broken too it is itself the altered one, else the one before. */
function alterations(inOrder: readonly NumberedLine[], frame: SegmentFrame): readonly Finding[] {
  const findings: Finding[] = []
  for (let index = 0; index < inOrder.length; index += 1) {
    const line = inOrder[index]
    if (!line || !isLinkBroken(inOrder, index, frame)) continue
    const isOwnFault = isLinkBroken(inOrder, index + 1, frame)
    if (isOwnFault) index += 1
    findings.push(blame(inOrder[index - 1], line, { isOwnFault, isLast: index === inOrder.length - 1, frame }))
  }
  return findings
}

/** Only a link between neighbours by number can be judged. */
function isLinkBroken(inOrder: readonly NumberedLine[], index: number, frame: SegmentFrame): boolean {
  const line = inOrder[index]
  if (!line) return false
  const { seq, previous } = line.content
  if (seq === frame.firstSeq) return previous !== (frame.previous ?? previous)
  const before = inOrder[index - 1]
  return before?.content.seq === seq - 1 && before.leaf !== previous
}

interface Blame {
  readonly isOwnFault: boolean
  readonly isLast: boolean
  readonly frame: SegmentFrame
}

function blame(before: NumberedLine | undefined, line: NumberedLine, { isOwnFault, isLast, frame }: Blame): Finding {
  const { seq } = line.content
  if (isOwnFault) return finding('altered', place(frame, line, seq), `record ${seq} is altered: neither neighbour links to it`)
  if (seq === frame.firstSeq) {
    return finding(
      'altered-seam',
      { seq, file: frame.file, line: 1, byte: 0 },
      `record ${seq} does not link to the seam of ${frame.file}: one of both is altered`,
    )
  }
  const guilty = before ?? line
  if (isLast) {
    const either = { ...place(frame, guilty, seq - 1), lastSeq: seq }
    return finding('altered', either, `record ${seq - 1} or ${seq} is altered: they do not link, and no record follows to tell which`)
  }
  return finding(
    'altered',
    place(frame, guilty, seq - 1),
    `record ${seq - 1} is altered: record ${seq}, which is whole, does not link to it`,
  )
}
