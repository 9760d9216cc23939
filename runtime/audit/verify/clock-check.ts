import type { AuditRecord } from '../../protocol/audit-record.ts'
import { finding, type Finding } from './finding.ts'

/** When a record was written, by both clocks. */
export interface RecordTime {
  readonly seq: number
  readonly boot: string
  readonly atMs: number
  readonly monotonicMs: number
}

export function recordTime({ seq, boot, at, monotonicMs }: AuditRecord): RecordTime {
  return { seq, boot, atMs: Date.parse(at), monotonicMs }
}

/**
 * Compares two neighbours' times: within one boot the wall clock must advance as the monotonic clock does; across boots it must not
 * go back. `toleranceMs` is what a clock that is being disciplined may differ.
 */
export function clockFinding(before: RecordTime, after: RecordTime, toleranceMs: number): Finding | undefined {
  const wallMs = after.atMs - before.atMs
  const place = { seq: after.seq }
  if (before.boot !== after.boot) {
    if (wallMs >= -toleranceMs) return undefined
    return finding('clock-moved', place, `record ${after.seq}, the first after a start, is ${seconds(-wallMs)} s older than the one before`)
  }
  const monotonicMs = after.monotonicMs - before.monotonicMs
  if (monotonicMs < 0)
    return finding('clock-moved', place, `record ${after.seq}: the monotonic clock goes back ${seconds(-monotonicMs)} s within one boot`)
  const movedMs = wallMs - monotonicMs
  if (Math.abs(movedMs) <= toleranceMs) return undefined
  return finding(
    'clock-moved',
    place,
    `the clock was moved ${movedMs < 0 ? 'back' : 'forward'} by ${seconds(Math.abs(movedMs))} s before record ${after.seq}`,
  )
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
