import type { Pod } from '../pod.ts'
import type { ContainerSpec } from './container-spec.ts'
import { NotThereYet, type Data, type DataKind, type PodData } from './pod-data.ts'
import { podField } from './pod-field.ts'

export interface EnvironmentParts {
  readonly pod: Pod
  readonly container: ContainerSpec
  readonly podIp: string
  readonly data: PodData
  /** What every container has: where the API server is, the PATH of the image. */
  readonly common: Readonly<Record<string, string>>
}

type Variables = Readonly<Record<string, string>>

/** The environment of a container as a kubelet makes it: `envFrom`, then `env`, later ones over earlier ones, `$(NAME)` expanded. */
export async function containerEnvironment(parts: EnvironmentParts): Promise<Variables> {
  let environment: Variables = { ...parts.common, HOSTNAME: parts.pod.metadata.name }
  for (const source of parts.container.envFrom) {
    const read = (kind: DataKind, reference: { name: string; optional: boolean } | undefined): Promise<Data | undefined> =>
      reference ? parts.data.read(kind, reference.name, reference.optional) : Promise.resolve(undefined)
    const values = { ...(await read('configMap', source.configMapRef)), ...(await read('secret', source.secretRef)) }
    const named = Object.entries(values).map(([key, value]) => [`${source.prefix}${key}`, value.toString()])
    environment = { ...environment, ...Object.fromEntries(named) }
  }
  for (const variable of parts.container.env) {
    const value = await valueOf(parts, variable, environment)
    if (value !== undefined) environment = { ...environment, [variable.name]: value }
  }
  return environment
}

type Variable = ContainerSpec['env'][number]

async function valueOf(parts: EnvironmentParts, variable: Variable, before: Variables): Promise<string | undefined> {
  const { fieldRef, secretKeyRef, configMapKeyRef } = variable.valueFrom ?? {}
  if (fieldRef) return podField(parts.pod, fieldRef.fieldPath, parts.podIp)
  if (secretKeyRef) return keyOf(parts.data, 'secret', secretKeyRef)
  if (configMapKeyRef) return keyOf(parts.data, 'configMap', configMapKeyRef)
  return expand(variable.value ?? '', before)
}

async function keyOf(
  data: PodData,
  kind: DataKind,
  reference: { name: string; key: string; optional: boolean },
): Promise<string | undefined> {
  const value = (await data.read(kind, reference.name, reference.optional))?.[reference.key]
  if (value === undefined && !reference.optional) throw new NotThereYet(`couldn't find key ${reference.key} in ${kind} ${reference.name}`)
  return value?.toString()
}

/** `$(NAME)` is another variable's value, `$$(NAME)` is `$(NAME)`, and an unknown name stays as it is. */
export function expand(text: string, variables: Variables): string {
  return text.replaceAll(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$'
    return variables[name] ?? whole
  })
}
