import { jsonValueSchema } from '../../protocol/json-value.ts'
import type { Operate } from './broker-context.ts'

/** What the agent may know of the broker: which handles work, how often each was used, which questions are open, how the instance is configured. */
export const status: Operate<'status'> = ({ keeper, usage, approvals, pool, bootId, config }, { reply }) => {
  const handles = keeper.active()
  reply.result({
    boot: bootId,
    config: jsonValueSchema.parse(config),
    handles: [...handles],
    usesInLastHour: Object.fromEntries(handles.map((handle) => [handle, usage.count(handle)])),
    openQuestions: [...approvals.pendingCodes()],
    workers: { ...pool.count() },
  })
  return Promise.resolve()
}
