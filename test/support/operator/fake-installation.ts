import { kinds, type Kind } from '../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import type { MoltagentSpecInput } from '../../../operator/api/moltagent-spec.ts'
import { storedMoltagent } from '../stored-moltagent.ts'
import { changedBy } from './apply-merge.ts'
import { fakeApi, type FakeApi } from './fake-api.ts'
import { team } from './fake-operator.ts'

export interface Scene {
  readonly api: FakeApi
  readonly read: (kind: Kind, name: string, namespace?: string) => KubernetesObject | undefined
  /** As a person with `kubectl edit`: what is changed is theirs. */
  readonly edit: (kind: Kind, name: string, change: Record<string, unknown>) => void
  /** The object's spec; throws where there is no object. */
  readonly spec: (kind: Kind, name: string) => Record<string, unknown>
  /** A value of a Secret, decoded; empty where there is none. */
  readonly secretText: (name: string, key: string) => string
  readonly status: () => Record<string, unknown>
  readonly condition: (type: string) => { readonly status: string; readonly reason: string; readonly message: string } | undefined
}

/** A double of the API server on which somebody has just created the Moltagent `aria`. */
export function sceneWith(spec: Partial<MoltagentSpecInput> = {}): Scene {
  const api = fakeApi()
  const { metadata, ...rest } = storedMoltagent({ namespace: team, spec })
  const { resourceVersion: _version, ...plain } = metadata
  api.put({ ...rest, metadata: { ...plain, finalizers: [...plain.finalizers] } })
  const read: Scene['read'] = (kind, name, namespace = team) => api.read(kind, namespace, name)
  const status = (): Record<string, unknown> => (read(kinds.moltagent, 'aria')?.['status'] ?? {}) as Record<string, unknown>
  return {
    api,
    read,
    edit: (kind, name, change) => {
      const object = read(kind, name)
      if (object === undefined) throw new Error(`editing ${kind.kind} ${name}: there is none`)
      api.put(changedBy(object, change))
    },
    spec: (kind, name) => {
      const object = read(kind, name)
      if (object === undefined) throw new Error(`reading the spec of ${kind.kind} ${name}: there is none`)
      return object['spec'] as Record<string, unknown>
    },
    secretText: (name, key) => {
      const data = (read(kinds.secret, name)?.['data'] ?? {}) as Record<string, string>
      return Buffer.from(data[key] ?? '', 'base64').toString('utf8')
    },
    status,
    condition: (type) =>
      ((status()['conditions'] ?? []) as { type: string; status: string; reason: string; message: string }[]).find(
        (each) => each.type === type,
      ),
  }
}
