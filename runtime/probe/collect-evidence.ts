import type { IsolationEvidence, ProbeTarget } from '../protocol/isolation.ts'
import type { ProbeResult } from './try-target.ts'

export interface EvidenceWorld {
  readonly tryTarget: (target: ProbeTarget) => Promise<ProbeResult>
  readonly now: () => Date
  /** How many targets are tried at once. */
  readonly concurrency: number
}

export interface ProbeLists {
  readonly allowed: readonly ProbeTarget[]
  readonly forbidden: readonly ProbeTarget[]
}

/** Names in evidence are limited (`isolationEvidenceSchema`); beyond that the count is what matters, and one open edge is too many. */
const namesLimit = 256

/** Tries everything on both lists and tells which forbidden edges were open and which allowed ones closed. `at` is when the last try ended. */
export async function collectEvidence(lists: ProbeLists, world: EvidenceWorld): Promise<IsolationEvidence> {
  const results = await tryAll([...lists.forbidden, ...lists.allowed], world)
  const named = (targets: readonly ProbeTarget[], result: ProbeResult): string[] =>
    targets
      .filter((target) => results.get(target) === result)
      .map((target) => target.name)
      .slice(0, namesLimit)
  return {
    at: world.now().toISOString(),
    forbidden: lists.forbidden.length,
    open: named(lists.forbidden, 'open'),
    closedAllowed: named(lists.allowed, 'closed'),
  }
}

async function tryAll(targets: readonly ProbeTarget[], world: EvidenceWorld): Promise<ReadonlyMap<ProbeTarget, ProbeResult>> {
  const results = new Map<ProbeTarget, ProbeResult>()
  const waiting = [...targets]
  const worker = async (): Promise<void> => {
    for (let target = waiting.shift(); target; target = waiting.shift()) results.set(target, await world.tryTarget(target))
  }
  await Promise.all(Array.from({ length: world.concurrency }, worker))
  return results
}
