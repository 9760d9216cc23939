import { once } from 'node:events'
import { connect, createServer, type TLSSocket } from 'node:tls'
import type { AddressInfo } from 'node:net'
import type { CertificatePair } from '../../operator/certificates/key-pair.ts'

interface Attempt {
  readonly server: CertificatePair
  /** The one authority both sides trust. */
  readonly trusted: string
  readonly servername: string
  /** What the client shows; with it the server asks for and verifies a certificate. */
  readonly client?: CertificatePair
}

type Outcome =
  | { readonly accepted: true; readonly client: { readonly holder: string; readonly uid: string } | undefined }
  | { readonly accepted: false; readonly why: string }

/** One TLS 1.3 handshake over loopback, ended at once: what Node's own TLS says of the two certificates. */
export async function handshake(attempt: Attempt): Promise<Outcome> {
  const server = createServer({
    cert: attempt.server.certificate,
    key: attempt.server.privateKey,
    ca: attempt.trusted,
    minVersion: 'TLSv1.3',
    requestCert: attempt.client !== undefined,
    rejectUnauthorized: attempt.client !== undefined,
  })
  const failures = new Promise<Outcome>((resolve) => {
    server.on('tlsClientError', (error) => resolve({ accepted: false, why: error.message }))
  })
  const welcomed = new Promise<Outcome>((resolve) => {
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.on('error', () => {})
      resolve({ accepted: true, client: subjectOf(socket, attempt.client !== undefined) })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    servername: attempt.servername,
    ca: attempt.trusted,
    ...(attempt.client && { cert: attempt.client.certificate, key: attempt.client.privateKey }),
  })
  const clientSide = new Promise<Outcome>((resolve) => {
    socket.on('error', (error) => resolve({ accepted: false, why: error.message }))
    socket.on('secureConnect', () => void Promise.race([welcomed, failures]).then(resolve))
  })
  const outcome = await clientSide
  socket.destroy()
  server.close()
  return outcome
}

function subjectOf(socket: TLSSocket, asked: boolean): { holder: string; uid: string } | undefined {
  if (!asked) return undefined
  const { subject } = socket.getPeerCertificate()
  return { holder: String(subject.CN), uid: String(subject.O) }
}
