import * as z from 'zod'

const conditionSchema = z.object({ type: z.string(), status: z.string(), reason: z.string().default(''), message: z.string().default('') })

/** What the demo reads of a Moltagent, as `kubectl get -o json` prints it. */
const moltagentSchema = z.object({
  status: z
    .object({
      phase: z.string().default('Pending'),
      vms: z.record(z.string(), z.object({ state: z.string(), variant: z.string().optional() })).default({}),
      conditions: z.array(conditionSchema).default([]),
    })
    .prefault({}),
})

/** One line of progress: something, and how far it is. */
export interface Step {
  readonly name: string
  readonly state: 'waiting' | 'done' | 'failed'
  readonly detail: string
}

export interface Progress {
  readonly phase: string
  readonly steps: readonly Step[]
  /** Everything that can be done so far is done: the three machines run behind their policies. */
  readonly machinesRun: boolean
}

const machines = [
  { role: 'nextcloud', condition: 'NextcloudReady' },
  { role: 'ollama', condition: 'OllamaReady' },
  { role: 'agent', condition: 'AgentReady' },
] as const

/** How far a Moltagent is, from its status. Pure; throws for what is no Moltagent. */
export function progressOf(moltagent: unknown): Progress {
  const { status } = moltagentSchema.parse(moltagent)
  const condition = (type: string): z.infer<typeof conditionSchema> | undefined => status.conditions.find((one) => one.type === type)
  const stalled = condition('Stalled')
  const policies = step(
    'NetworkPolicies stored and read back',
    condition('NetworkPoliciesStored')?.status === 'True',
    condition('NetworkPoliciesStored')?.message ?? '',
  )
  const vms = machines.map(({ role }) => {
    const vm = status.vms[role]
    const name = `machine ${role}${vm?.variant === undefined ? '' : ` (${vm.variant})`}`
    return step(name, vm?.state === 'Running', vm?.state ?? 'not there yet')
  })
  const trouble: readonly Step[] =
    stalled?.status === 'True' ? [{ name: `stalled: ${stalled.reason}`, state: 'failed', detail: stalled.message }] : []
  return {
    phase: status.phase,
    steps: [policies, ...vms, ...trouble],
    machinesRun: [policies, ...vms].every(({ state }) => state === 'done'),
  }
}

function step(name: string, isDone: boolean, detail: string): Step {
  return { name, state: isDone ? 'done' : 'waiting', detail }
}
