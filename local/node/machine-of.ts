import { z } from 'zod'
import type { Machine, PodAttachment } from './guest.ts'
import type { MachineInstance } from './machine-instance.ts'
import type { NodeContext } from './node-context.ts'
import type { Pod } from './pod.ts'
import { volumeFolder } from './volume-folder.ts'

const secretSchema = z.object({ data: z.record(z.string(), z.string()).default({}) })

export interface MachineParts {
  readonly instance: MachineInstance
  readonly pod: Pod
  readonly attachment: PodAttachment
}

/** The machine, with reading of its Secrets and claims as the kubelet may. */
export function machineOf(context: NodeContext, parts: MachineParts): Machine {
  const { namespace } = parts.pod.metadata
  return {
    ...parts,
    async readSecret(name) {
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}`
      const { data } = secretSchema.parse(await context.clients.kubelet.request('GET', path, { signal: context.signal }))
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]))
    },
    claimFolder(claimName) {
      const claim = context.claims.get(`${namespace}/${claimName}`)
      if (claim?.spec.volumeName === undefined) throw new Error(`opening the claim ${namespace}/${claimName}: it is not bound`)
      return Promise.resolve(volumeFolder(context.volumesFolder, claim.spec.volumeName))
    },
  }
}
