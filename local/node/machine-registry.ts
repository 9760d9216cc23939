import type { Guest, GuestExit, PodAttachment } from './guest.ts'

/** One virt-launcher pod that this node carries, from its start to its removal. Only the registry changes it. */
export interface MachineRecord {
  readonly podUid: string
  readonly podKey: string
  readonly attachment: PodAttachment
  /** Empty until KubeVirt has handed the machine over. */
  guest?: Guest
  agentConnected: boolean
  exit?: GuestExit
  /** When the plug is to be pulled, in milliseconds of the clock; set when the power button was pressed. */
  forceAtMs?: number
}

export interface MachineRegistry {
  open(podUid: string, podKey: string, attachment: PodAttachment): MachineRecord
  get(podUid: string): MachineRecord | undefined
  all(): readonly MachineRecord[]
  /** Adds a guest that has been started to its machine. */
  run(record: MachineRecord, guest: Guest): void
  /** Presses the power button once; after `graceMs` pulls the plug. */
  stop(record: MachineRecord, graceMs: number): void
  forget(podUid: string): void
}

export interface RegistryOptions {
  readonly now: () => number
  /** Called when a guest's agent connects or it ends. */
  readonly onChange: (record: MachineRecord) => void
}

export function createMachineRegistry({ now, onChange }: RegistryOptions): MachineRegistry {
  const records = new Map<string, MachineRecord>()
  const timers = new Map<string, NodeJS.Timeout>()
  const change = (record: MachineRecord, difference: Partial<MachineRecord>): void => {
    Object.assign(record, difference)
    onChange(record)
  }
  return {
    get: (podUid) => records.get(podUid),
    all: () => [...records.values()],
    open(podUid, podKey, attachment) {
      const record: MachineRecord = { podUid, podKey, attachment, agentConnected: false }
      records.set(podUid, record)
      return record
    },
    run(record, guest) {
      Object.assign(record, { guest })
      void guest.agentConnected.then(() => change(record, { agentConnected: true }))
      void guest.exited.then((exit) => {
        clearTimeout(timers.get(record.podUid))
        change(record, { exit })
      })
    },
    stop(record, graceMs) {
      const forceAtMs = Math.min(record.forceAtMs ?? Infinity, now() + graceMs)
      if (forceAtMs === record.forceAtMs) return
      if (record.forceAtMs === undefined) record.guest?.stop()
      Object.assign(record, { forceAtMs })
      clearTimeout(timers.get(record.podUid))
      timers.set(record.podUid, setTimeout(() => record.guest?.force(), forceAtMs - now()).unref())
    },
    forget(podUid) {
      clearTimeout(timers.get(podUid))
      timers.delete(podUid)
      records.delete(podUid)
    },
  }
}
