import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface OperatorMetrics {
  readonly registry: Registry
  readonly reconciled: (durationMs: number, failed: boolean) => void
  readonly wrote: (verb: string, kind: string) => void
  /** Read when somebody scrapes. */
  readonly observe: (read: () => Reading) => void
}

export interface Reading {
  readonly leading: boolean
  readonly queueDepth: number
  readonly moltagents: number
  readonly memoryBytes: number
}

/** The operator's own measurements, in Prometheus' form. */
export function createMetrics(): OperatorMetrics {
  const registry = new Registry()
  const registers = [registry]
  const duration = new Histogram({
    name: 'moltagent_reconcile_duration_seconds',
    help: 'Time of one reconcile.',
    labelNames: ['result'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  })
  const writes = new Counter({
    name: 'moltagent_writes_total',
    help: 'Writes sent to the API server.',
    labelNames: ['verb', 'kind'],
    registers,
  })
  return {
    registry,
    reconciled: (durationMs, failed) => duration.observe({ result: failed ? 'error' : 'success' }, durationMs / 1000),
    wrote: (verb, kind) => writes.inc({ verb, kind }),
    observe: (read) => {
      gauge(registers, 'moltagent_leading', '1 while this process leads.', () => Number(read().leading))
      gauge(registers, 'moltagent_queue_depth', 'Resources that wait to be reconciled.', () => read().queueDepth)
      gauge(registers, 'moltagent_resources', 'Moltagents in the cache.', () => read().moltagents)
      gauge(registers, 'process_resident_memory_bytes', 'Resident memory.', () => read().memoryBytes)
    },
  }
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  const metric: Gauge = new Gauge({
    name,
    help,
    registers,
    collect: (): void => metric.set(read()),
  })
}
