import type { KubernetesObject, ManagedFieldsEntry } from '../../../operator/cluster/kubernetes-object.ts'

type Json = Record<string, unknown>

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Maps that are one value in Kubernetes' schemas. */
const atomic: ReadonlySet<string> = new Set(['selector', 'podSelector'])

/** `fieldsV1` of an applied value; lists are leaves. */
export function fieldsOf(value: unknown): Json {
  if (!isMap(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [`f:${key}`, atomic.has(key) ? {} : fieldsOf(field)]))
}

/** What is stored after a forced server-side apply: our fields as sent, what we no longer send gone, everybody else's as it was. */
export function applyMerge(
  current: KubernetesObject | undefined,
  applied: KubernetesObject,
  manager: string,
  subresource: string | undefined,
): KubernetesObject {
  const { apiVersion, kind, metadata, ...body } = applied
  const { name, namespace, uid: _uid, ...ownable } = metadata
  const sent: Json =
    subresource === undefined ? { ...body, ...(Object.keys(ownable).length > 0 && { metadata: ownable }) } : { status: body['status'] }
  const fields = fieldsOf(sent)
  const isOurs = (entry: ManagedFieldsEntry): boolean =>
    entry.manager === manager && entry.operation === 'Apply' && entry.subresource === subresource
  const managed = current?.metadata.managedFields ?? []
  const before = managed.find(isOurs)?.fieldsV1 ?? {}
  const base: Json = current === undefined ? { apiVersion, kind, metadata: { name, namespace } } : { ...current }
  const merged = merge(without(base, before, fields), sent) as KubernetesObject
  const others = managed.filter((entry) => !isOurs(entry)).map((entry) => ({ ...entry, fieldsV1: subtract(entry.fieldsV1 ?? {}, fields) }))
  const ours = { manager, operation: 'Apply', ...(subresource !== undefined && { subresource }), fieldsV1: fields }
  return { ...merged, metadata: { ...merged.metadata, managedFields: [...others, ours] } }
}

function merge(base: unknown, change: unknown): unknown {
  if (!isMap(base) || !isMap(change)) return change
  const result: Json = { ...base }
  for (const [key, value] of Object.entries(change))
    result[key] = Object.hasOwn(base, key) && !atomic.has(key) ? merge(base[key], value) : value
  return result
}

/** Takes out of a value what `owned` names and `kept` does not. */
function without(value: unknown, owned: Json, kept: Json): unknown {
  if (!isMap(value)) return value
  const result: Json = { ...value }
  for (const [field, inner] of Object.entries(owned)) {
    const key = field.slice(2)
    const still = kept[field]
    const isLeaf = !isMap(inner) || Object.keys(inner).length === 0
    if (isLeaf && still === undefined) delete result[key]
    else if (!isLeaf) result[key] = without(result[key], inner, isMap(still) ? still : {})
  }
  return result
}

/** What another manager still owns once we have applied: not the leaves we sent. */
function subtract(theirs: Json, ours: Json): Json {
  return Object.fromEntries(
    Object.entries(theirs).flatMap(([field, inner]) => {
      const taken = ours[field]
      if (!isMap(taken)) return [[field, inner]]
      if (!isMap(inner) || Object.keys(inner).length === 0) return []
      const rest = subtract(inner, taken)
      return Object.keys(rest).length === 0 ? [] : [[field, rest]]
    }),
  )
}

/** The object as somebody else's update leaves it: what they set is theirs now. */
export function changedBy(object: KubernetesObject, change: Json): KubernetesObject {
  const merged = merge(object, change) as KubernetesObject
  const fields = fieldsOf(change)
  const managed = object.metadata.managedFields ?? []
  const others = managed.map((entry) => ({ ...entry, fieldsV1: subtract(entry.fieldsV1 ?? {}, fields) }))
  return {
    ...merged,
    metadata: { ...merged.metadata, managedFields: [...others, { manager: 'kubectl-edit', operation: 'Update', fieldsV1: fields }] },
  }
}
