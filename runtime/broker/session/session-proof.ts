import { createHash, sign, type KeyObject } from 'node:crypto'
import { sessionProofText } from '../../protocol/session-proof.ts'

/** Headers that prove that a request comes from the holder of the enrolled key. They hold no secret. */
export function sessionProof(
  key: KeyObject,
  request: { readonly method: string; readonly target: string; readonly body: Buffer },
  now: Date,
): readonly (readonly [name: string, value: string])[] {
  const time = now.toISOString()
  const bodySha256 = createHash('sha256').update(request.body).digest('hex')
  const text = sessionProofText({ method: request.method, target: request.target, time, bodySha256 })
  return [
    ['X-Moltagent-Time', time],
    ['X-Moltagent-Signature', sign(null, Buffer.from(text), key).toString('base64url')],
  ]
}
