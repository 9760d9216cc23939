import { createHash } from 'node:crypto'
import type { ApprovalRequest } from '../protocol/approval.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'

const crockfordAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 8
const bitsPerCharacter = 5

/**
 * The eight characters a person types to answer one question: the first 40 bits of SHA-256 over the canonical bytes of its subject,
 * nonce and expiry, in Crockford's base 32. A question that differs in any of the three has another code.
 */
export function approvalCode({ subject, nonce, expiresAt }: Pick<ApprovalRequest, 'subject' | 'nonce' | 'expiresAt'>): string {
  const digest = createHash('sha256').update(canonicalJson({ subject, nonce, expiresAt })).digest()
  let bits = digest.readUIntBE(0, 5)
  let code = ''
  for (let position = 0; position < codeLength; position += 1) {
    code = `${crockfordAlphabet[bits % 2 ** bitsPerCharacter] ?? ''}${code}`
    bits = Math.floor(bits / 2 ** bitsPerCharacter)
  }
  return code
}
