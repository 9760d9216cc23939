import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createAuthority, createSigningKeys, issueLeaf, type KeyPair, type Leaf } from './authority.ts'

const keyPairSchema = z.object({ certificate: z.string(), key: z.string() })
const signingKeysSchema = z.object({ private: z.string(), public: z.string() })

/** Files of one key pair. */
export interface KeyFiles {
  readonly certificate: string
  readonly key: string
}

/** The cluster's authorities, and leaves of theirs as files. Authorities in `folder` from an earlier start are taken again. */
export interface Credentials {
  readonly cluster: Signer
  readonly etcd: Signer
  readonly frontProxy: Signer
  /** Files of the keys that sign and check ServiceAccount tokens. */
  readonly serviceAccounts: { readonly private: string; readonly public: string }
}

export interface Signer extends KeyFiles {
  /** The authority's certificate, PEM. */
  readonly pem: string
  issue(leaf: Leaf): Promise<KeyPair>
  /** Issues a leaf and writes `<name>.crt` and `<name>.key`. */
  write(name: string, leaf: Leaf): Promise<KeyFiles>
}

export async function openCredentials(folder: string): Promise<Credentials> {
  const [cluster, etcd, frontProxy] = await Promise.all([
    openSigner(folder, 'cluster-authority'),
    openSigner(folder, 'etcd-authority'),
    openSigner(folder, 'front-proxy-authority'),
  ])
  return { cluster, etcd, frontProxy, serviceAccounts: await openServiceAccountKeys(folder) }
}

async function openServiceAccountKeys(folder: string): Promise<Credentials['serviceAccounts']> {
  const files = { private: join(folder, 'service-accounts.key'), public: join(folder, 'service-accounts.pub') }
  await readOrCreate(join(folder, 'service-accounts.json'), signingKeysSchema, async () => {
    const keys = await createSigningKeys()
    await writeFile(files.private, keys.private, { mode: 0o600 })
    await writeFile(files.public, keys.public)
    return keys
  })
  return files
}

async function openSigner(folder: string, name: string): Promise<Signer> {
  const files = filesOf(folder, name)
  const both = await readOrCreate(join(folder, `${name}.json`), keyPairSchema, async () => {
    const pair = await createAuthority(`moltagent-local-${name}`)
    await writePair(files, pair)
    return pair
  })
  return {
    ...files,
    pem: both.certificate,
    issue: (leaf) => issueLeaf(both, leaf),
    async write(leafName, leaf) {
      const leafFiles = filesOf(folder, leafName)
      await writePair(leafFiles, await issueLeaf(both, leaf))
      return leafFiles
    },
  }
}

const filesOf = (folder: string, name: string): KeyFiles => ({ certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) })

async function writePair(files: KeyFiles, pair: KeyPair): Promise<void> {
  await writeFile(files.certificate, pair.certificate, { mode: 0o600 })
  await writeFile(files.key, pair.key, { mode: 0o600 })
}

async function readOrCreate<T>(path: string, schema: z.ZodType<T>, create: () => Promise<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text !== undefined) return schema.parse(JSON.parse(text))
  const made = await create()
  await writeFile(`${path}.partial`, JSON.stringify(made), { mode: 0o600 })
  await rename(`${path}.partial`, path)
  return made
}
