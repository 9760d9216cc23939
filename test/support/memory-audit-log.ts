import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { AuditLog } from '../../runtime/audit/audit-log.ts'
import type { AuditSigner, SigningKeys } from '../../runtime/audit/audit-signer.ts'
import { defaultLogLimits, type LogLimits } from '../../runtime/audit/log-limits.ts'
import { openAuditLog } from '../../runtime/audit/open-audit-log.ts'
import type { Salt, Salts } from '../../runtime/audit/salts.ts'
import type { AuditRefusedError } from '../../runtime/protocol/audit-refused-error.ts'
import { testOrigin, TestClock } from './audit-fixture.ts'
import type { MemoryLogFiles } from './memory-log-files.ts'

/** A double of a key store that keeps its keys over a power cut. */
export class MemoryKeys implements SigningKeys {
  readonly signers = new Map<string, AuditSigner>()

  async find(publicKey: string): Promise<AuditSigner | undefined> {
    return this.signers.get(publicKey)
  }

  async create(): Promise<AuditSigner> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const name = publicKey.export({ format: 'jwk' }).x ?? ''
    const signer = { publicKey: name, sign: (text: string) => sign(null, Buffer.from(text), privateKey) }
    this.signers.set(name, signer)
    return signer
  }

  copy(): MemoryKeys {
    const copy = new MemoryKeys()
    for (const [key, signer] of this.signers) copy.signers.set(key, signer)
    return copy
  }

  async keepOnly(publicKey: string): Promise<void> {
    for (const key of this.signers.keys()) if (key !== publicKey) this.signers.delete(key)
  }
}

export class MemorySalts implements Salts {
  readonly #salts = new Map<string, Salt>()

  async of(subject: string): Promise<Salt> {
    const salt = this.#salts.get(subject) ?? { id: randomBytes(8).toString('hex'), bytes: randomBytes(32) }
    this.#salts.set(subject, salt)
    return salt
  }

  async find(subject: string): Promise<Salt | undefined> {
    return this.#salts.get(subject)
  }

  async erase(subject: string): Promise<Salt | undefined> {
    const salt = this.#salts.get(subject)
    this.#salts.delete(subject)
    return salt
  }
}

export interface MemoryLogWorld {
  readonly files: MemoryLogFiles
  readonly keys: MemoryKeys
  readonly limits?: Partial<LogLimits>
  readonly troubles?: AuditRefusedError[]
  readonly salts?: Salts
  readonly clock?: TestClock
}

/** A log on doubles of disk, key store and salts. */
export function openMemoryLog({ files, keys, limits, troubles, salts, clock }: MemoryLogWorld): Promise<AuditLog> {
  return openAuditLog({
    files,
    keys,
    salts: salts ?? new MemorySalts(),
    origin: testOrigin,
    boot: 'boot-1',
    clock: clock ?? new TestClock(),
    limits: { ...defaultLogLimits, segmentRecords: 8, checkpointRecords: 4, ...limits },
    events: { onTrouble: (error) => troubles?.push(error) },
  })
}
