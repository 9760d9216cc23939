import type { LeaseJob } from './lease-job.ts'
import { entryProblem } from '../binding/check-entry.ts'
import { runExchange } from '../http/exchange.ts'
import { HttpError } from '../http/http-error.ts'
import { hostHeader, openTls } from '../http/open-tls.ts'
import { requestHead } from '../http/request-head.ts'
import { maskJsonSecrets } from '../secrets/mask-json-secrets.ts'

const showPath = '/index.php/apps/passwords/api/1.0/password/show'
const longestShow = 256 * 1024
/** Members that hold the secret, or let it be guessed. */
const maskedMembers = ['password', 'notes', 'customFields', 'hash', 'username', 'cseKey']
/** Shorter ones could not be scrubbed from an answer without blanking ordinary text; longer ones fit no header. */
export const secretLengths = { least: 8, most: 4096 } as const

interface ShowAnswer {
  readonly status: number
  readonly body: Buffer
}

async function show(job: LeaseJob, authorization: Buffer, signal: AbortSignal): Promise<ShowAnswer> {
  const socket = await openTls({ peer: job.vault, connectMs: job.limits.connectMs, signal })
  const body = Buffer.from(JSON.stringify({ id: job.binding.entry, details: 'model+shares' }))
  const head = requestHead({ method: 'POST', target: showPath, host: hostHeader(job.vault) }, [
    { name: 'OCS-APIRequest', value: 'true' },
    { name: 'Accept', value: 'application/json' },
    { name: 'Content-Type', value: 'application/json' },
    { name: 'Content-Length', value: String(body.length) },
    { name: 'Authorization', value: authorization },
  ])
  const answer = Buffer.allocUnsafeSlow(longestShow)
  let length = 0
  let status = 0
  await runExchange(socket, {
    method: 'POST',
    head,
    body: [body],
    limits: { ...job.limits, bodyBytes: longestShow },
    signal,
    onHead: (received) => {
      status = received.status
    },
    onData: (bytes) => {
      length += bytes.copy(answer, length)
      return undefined
    },
  }).catch((error: unknown) => {
    answer.fill(0)
    throw error
  })
  return { status, body: answer.subarray(0, length) }
}

function statusProblem({ status, body }: ShowAnswer): HttpError | undefined {
  if (status === 200) return undefined
  if (status === 404) return new HttpError('entry-gone', 'fetching a credential: its owner no longer shares it')
  if (status === 401) return new HttpError('account-refused', 'fetching a credential: Nextcloud refuses the account')
  const isDisabled = status === 503 && body.includes('DisabledUserException')
  if (isDisabled) return new HttpError('account-disabled', 'fetching a credential: the account is disabled')
  return new HttpError('vault-unavailable', `fetching a credential: Nextcloud answered ${status}`)
}

function assertUsable(secret: Buffer): void {
  const isPrintable = secret.every((byte) => byte > 0x20 && byte < 0x7f)
  if (isPrintable && secret.length >= secretLengths.least && secret.length <= secretLengths.most) return
  throw new HttpError('credential-malformed', 'fetching a credential: it is not 8 to 4,096 printable characters without spaces')
}

function secretOf(answer: ShowAnswer, job: LeaseJob): Buffer {
  const masked = maskJsonSecrets(answer.body, maskedMembers)
  const { password, ...others } = Object.fromEntries(masked)
  for (const value of Object.values(others)) value.fill(0)
  try {
    const problem = entryProblem(JSON.parse(answer.body.toString('utf8')), job.binding, job.account)
    if (problem !== undefined) throw new HttpError(problem, `fetching a credential: its entry may not be used (${problem})`)
    if (password === undefined) throw new HttpError('entry-malformed', 'fetching a credential: its entry holds none')
    assertUsable(password)
    return password
  } catch (error) {
    password?.fill(0)
    throw error
  }
}

/**
 * The credential's bytes, fetched for one use and checked against its binding; the caller zeroes them. `details: model+shares` makes
 * Nextcloud answer 404 as soon as the entry is unshared. Rejects with `HttpError`.
 */
export async function fetchCredential(job: LeaseJob, authorization: Buffer, signal: AbortSignal): Promise<Buffer> {
  const answer = await show(job, authorization, signal)
  try {
    const problem = statusProblem(answer)
    if (problem !== undefined) throw problem
    return secretOf(answer, job)
  } catch (error) {
    throw error instanceof HttpError ? error : new HttpError('entry-malformed', 'fetching a credential: its entry is not as expected')
  } finally {
    answer.body.fill(0)
  }
}
