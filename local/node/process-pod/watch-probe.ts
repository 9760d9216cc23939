import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbeSpec } from './container-spec.ts'

export interface ProbeWatch {
  readonly spec: ProbeSpec
  readonly ask: () => Promise<boolean>
  /** What holds before the first answer. */
  readonly before: boolean
  /** Called whenever, by the thresholds, the verdict changes. */
  readonly onVerdict: (succeeds: boolean) => void
  readonly signal: AbortSignal
}

/** Asks in the probe's own rhythm until the signal is aborted. */
export async function watchProbe({ spec, ask, before, onVerdict, signal }: ProbeWatch): Promise<void> {
  let [verdict, inARow, last] = [before, 0, before]
  const pause = (seconds: number): Promise<void> => sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => undefined)
  await pause(spec.initialDelaySeconds)
  while (!signal.aborted) {
    const answer = await ask()
    inARow = answer === last ? inARow + 1 : 1
    last = answer
    if (answer !== verdict && !signal.aborted && inARow >= (answer ? spec.successThreshold : spec.failureThreshold)) {
      verdict = answer
      onVerdict(verdict)
    }
    await pause(spec.periodSeconds)
  }
}
