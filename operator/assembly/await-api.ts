import { ApiError, ApiUnreachable } from '../cluster/api-error.ts'
import type { Connection } from '../cluster/connection.ts'
import { collectionPath, kinds } from '../cluster/kinds.ts'
import { readBody } from '../cluster/read-body.ts'
import { sendRequest } from '../cluster/send-request.ts'
import { backOffMs, type BackOff } from '../controller/back-off.ts'
import type { Clock } from '../controller/clock.ts'
import type { EngineLog } from '../controller/engine-log.ts'
import { sleep } from '../controller/sleep.ts'

/** The operator cannot work with what it was given; a person has to change it. The message is the whole sentence. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

interface Options {
  readonly connection: Connection
  readonly namespaces: readonly string[]
  readonly clock: Clock
  readonly log: EngineLog
  readonly backOff: BackOff
}

/** Waits until Moltagents can be listed: for as long as the server is away or the CRD is missing. Throws `CannotStart` for credentials that are refused. */
export async function awaitApi(options: Options, signal: AbortSignal): Promise<void> {
  const server = options.connection.server.href
  for (let failures = 1; !signal.aborted; failures += 1) {
    const waiting = await tryOnce(options, signal)
    if (waiting === undefined) return
    if (signal.aborted) return
    options.log.warn({ server, reason: waiting }, 'waiting for the API server')
    await sleep(options.clock, backOffMs(options.backOff, failures), signal)
  }
}

/** Undefined once it works, else what is waited for. */
async function tryOnce({ connection, namespaces }: Options, signal: AbortSignal): Promise<string | undefined> {
  const path = collectionPath(kinds.moltagent, namespaces[0])
  try {
    const request = { method: 'GET', path, query: { limit: '1' }, signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) } as const
    const response = await sendRequest(connection, request)
    const body = await readBody(response)
    const status = response.statusCode ?? 0
    if (status === 200) return undefined
    const error = new ApiError('listing Moltagents', status, body)
    if (status === 401)
      throw new CannotStart(
        `${connection.server.href} does not accept these credentials: ${error.detail}. Check the kubeconfig or the ServiceAccount`,
      )
    if (status === 403) throw new CannotStart(`${error.message}. Grant the roles of the chart to this ServiceAccount or user`)
    return status === 404 ? 'the CustomResourceDefinition of Moltagent is not installed: apply crds/ or the chart' : error.message
  } catch (error) {
    if (error instanceof ApiUnreachable) return error.message
    throw error
  }
}
