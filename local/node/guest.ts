import type { MachineInstance } from './machine-instance.ts'
import type { Pod } from './pod.ts'

/** How a guest ended: it was asked to, or powered itself off; or it could not go on. */
export type GuestExit = { readonly outcome: 'stopped' } | { readonly outcome: 'failed'; readonly reason: string }

/** One running machine, or what stands for it. */
export interface Guest {
  /** Settles when the guest agent first answers. Never rejects; may never settle. */
  readonly agentConnected: Promise<void>
  /** Settles once, when nothing of the guest runs any more. Never rejects. */
  readonly exited: Promise<GuestExit>
  /** Presses the power button: the guest may take its time. May be called again. */
  stop(): void
  /** Pulls the plug. */
  force(): void
}

/** Everything a guest is made from. */
export interface Machine {
  readonly instance: MachineInstance
  /** The virt-launcher pod that carries it. */
  readonly pod: Pod
  readonly attachment: PodAttachment
  /** Values of a Secret that the machine's volumes name. */
  readonly readSecret: (name: string) => Promise<Readonly<Record<string, Buffer>>>
  /** Folder of a bound claim on this node. */
  readonly claimFolder: (claimName: string) => Promise<string>
}

/** A kind of guests: instant, process, qemu. */
export interface GuestRuntime {
  /** Why an image cannot be had, in words; undefined when it can. */
  readonly imageProblem: (image: string) => Promise<string | undefined>
  /** Throws when the guest cannot be started: the machine has then failed. */
  readonly start: (machine: Machine) => Promise<Guest>
}

/** A pod's place in the network; without `netns` it has an address in name only. */
export interface PodAttachment {
  readonly addresses: readonly string[]
  readonly netns?: string
}

/** Gives pods their addresses. */
export interface PodAddresses {
  /** The same answer for the same pod, until it is detached. */
  attach(podUid: string): Promise<PodAttachment>
  detach(podUid: string): Promise<void>
}
