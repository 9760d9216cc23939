import { createPrivateKey, generateKeyPairSync, randomFillSync, sign, type KeyObject } from 'node:crypto'
import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { tokenSchema } from '../protocol/identifiers.ts'
import type { AuditSigner, SigningKeys } from './audit-signer.ts'
import { syncFolder, writeDurably } from './write-durably.ts'

const suffix = '.ed25519'

function signer(publicKey: string, privateKey: KeyObject): AuditSigner {
  return { publicKey, sign: (text) => sign(null, Buffer.from(text), privateKey) }
}

/** Overwritten in place, then unlinked. What a file system or a disk keeps of old blocks is beyond it: see docs/audit.md. */
async function destroy(path: string): Promise<void> {
  const { size } = await stat(path)
  await writeDurably(path, 'r+', randomFillSync(Buffer.alloc(size)))
  await unlink(path)
}

async function create(folder: string): Promise<AuditSigner> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const name = tokenSchema.parse(publicKey.export({ format: 'jwk' }).x)
  const encoded = privateKey.export({ format: 'der', type: 'pkcs8' })
  try {
    await writeDurably(join(folder, `${name}${suffix}`), 'wx', encoded)
  } finally {
    encoded.fill(0)
  }
  await syncFolder(folder)
  return signer(name, privateKey)
}

async function find(folder: string, publicKey: string): Promise<AuditSigner | undefined> {
  if (!(await readdir(folder)).includes(`${publicKey}${suffix}`)) return undefined
  const encoded = await readFile(join(folder, `${publicKey}${suffix}`))
  try {
    return signer(publicKey, createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' }))
  } finally {
    encoded.fill(0)
  }
}

async function keepOnly(folder: string, publicKey: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => name.endsWith(suffix) && name !== `${publicKey}${suffix}`)
  for (const name of others) await destroy(join(folder, name))
  if (others.length > 0) await syncFolder(folder)
}

/** Signing keys as files (PKCS #8, mode 0600) of a folder of their own (0700), named by their public keys. */
export async function fileSigningKeys(folder: string): Promise<SigningKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return {
    find: (publicKey) => find(folder, publicKey),
    create: () => create(folder),
    keepOnly: (publicKey) => keepOnly(folder, publicKey),
  }
}
