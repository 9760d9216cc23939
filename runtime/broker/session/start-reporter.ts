import { readFile } from 'node:fs/promises'
import type { ReportRequest } from '../../protocol/gateway-api.ts'
import { isolationEvidenceSchema, type IsolationEvidence } from '../../protocol/isolation.ts'
import type { BrokerParts } from '../broker-parts.ts'
import { requestBuffered } from '../http/request-buffered.ts'
import type { BrokerContext } from '../operations/broker-context.ts'
import { Reporter } from './reporter.ts'

type ModelState = ReportRequest['model']['state']

async function modelState({ peers, certificate, store, limits, killSwitch }: BrokerContext): Promise<ModelState> {
  const asking = store.withPrivateKey((privateKey) => {
    const peer = { ...peers.ollama, client: { certificate, privateKey } }
    const plain = { method: 'GET', target: '/api/version', fields: [], body: Buffer.alloc(0) }
    return requestBuffered({ peer, ...plain, limits, signal: killSwitch.signal })
  })
  return asking.then(({ status }): ModelState => (status === 200 ? 'ready' : 'failed')).catch((): ModelState => 'failed')
}

async function evidence(file: string): Promise<IsolationEvidence | undefined> {
  const text = await readFile(file, 'utf8').catch(() => 'null')
  const parsed = isolationEvidenceSchema.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : undefined
}

/** Begins to report to the gateway. */
export function startReporter(parts: BrokerParts, context: BrokerContext, enrolledSize: number): void {
  const { world, audit, gateway, store, killSwitch } = parts
  const { environment } = world.config
  const since = world.now().toISOString()
  const name = context.config.ollama.models[0] ?? ''
  const describe = async () => {
    const probe = await evidence(environment.MOLTAGENT_PROBE_FILE)
    return {
      version: environment.MOLTAGENT_VERSION,
      since,
      model: { name, state: await modelState(context) },
      approvalsPending: context.approvals.pendingCodes().length,
      ...(probe === undefined ? {} : { probe }),
    }
  }
  const reporter = new Reporter(
    {
      send: (report) => gateway.report(store.session(), report, killSwitch.signal),
      consistency: (fromSize) => audit.consistency(fromSize),
      describe,
      everyMs: environment.MOLTAGENT_REPORT_MS,
      signal: killSwitch.signal,
      onFailure: (error) => world.logger.warn({ err: error }, 'the gateway took no report'),
    },
    enrolledSize,
  )
  void reporter.start()
}
