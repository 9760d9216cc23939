import { z } from 'zod'
import { binariesSchema } from './control-plane/programs.ts'

/** The kinds of guests that stand for virtual machines. */
export const guestKinds = ['instant', 'process', 'qemu'] as const

/** What a cluster is run with, wherever it runs: plain data, so that it can be handed into namespaces of its own. */
export const runOptionsSchema = z.object({
  binaries: binariesSchema,
  kubernetesVersion: z.string(),
  kubevirtVersion: z.string(),
  stateFolder: z.string(),
  /** Etcd waits for the disk at each write. */
  durable: z.boolean(),
  guests: z.enum(guestKinds),
  withOperator: z.boolean(),
  /** In network namespaces of its own: a socket file by which the API server is reached from outside, and its URL there. */
  network: z.object({ socket: z.string(), publicServer: z.string() }).optional(),
})

export type RunOptions = z.infer<typeof runOptionsSchema>
