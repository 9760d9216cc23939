import * as z from 'zod'
import type { ServicePort } from './node-ruleset.ts'

/** What the node reads of a Service. */
export const serviceSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
  spec: z.object({
    clusterIPs: z.array(z.string()).default([]),
    ports: z.array(z.object({ name: z.string().default(''), protocol: z.string().default('TCP'), port: z.int() })).default([]),
  }),
})

/** What the node reads of an EndpointSlice. */
export const endpointSliceSchema = z.object({
  metadata: z.object({ namespace: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  endpoints: z
    .array(z.object({ addresses: z.array(z.string()), conditions: z.object({ ready: z.boolean().optional() }).prefault({}) }))
    .nullish()
    .transform((endpoints) => endpoints ?? []),
  ports: z
    .array(z.object({ name: z.string().default(''), port: z.int() }))
    .nullish()
    .transform((ports) => ports ?? []),
})

export type Service = z.infer<typeof serviceSchema>
export type EndpointSlice = z.infer<typeof endpointSliceSchema>

interface ApiServer {
  readonly address: string
  readonly port: number
}

/** Every address and port of a Service with the ready endpoints behind it. `default/kubernetes` leads to the API server itself. Pure. */
export function servicePorts(services: readonly Service[], slices: readonly EndpointSlice[], apiServer: ApiServer): ServicePort[] {
  return services.flatMap((service) => {
    const { namespace, name } = service.metadata
    const own = slices.filter(
      (slice) => slice.metadata.namespace === namespace && slice.metadata.labels['kubernetes.io/service-name'] === name,
    )
    const isApiServer = namespace === 'default' && name === 'kubernetes'
    return service.spec.ports.flatMap((port) =>
      service.spec.clusterIPs
        .filter((address) => address !== 'None')
        .flatMap((address): ServicePort[] => {
          if (port.protocol !== 'TCP' && port.protocol !== 'UDP') return []
          const endpoints = isApiServer ? [apiServer] : own.flatMap((slice) => readyEndpoints(slice, port.name))
          return [{ name: `${namespace}/${name}`, protocol: port.protocol, address, port: port.port, endpoints }]
        }),
    )
  })
}

/** `ready` left out means ready, as the EndpointSlice specification says. */
function readyEndpoints(slice: EndpointSlice, portName: string): { readonly address: string; readonly port: number }[] {
  const port = slice.ports.find((candidate) => candidate.name === portName)?.port
  if (port === undefined) return []
  return slice.endpoints
    .filter(({ conditions }) => conditions.ready !== false)
    .flatMap(({ addresses }) => addresses.map((address) => ({ address, port })))
}
