import { nodeHash } from '../protocol/merkle-hash.ts'
import { isSignedBy, noteKeyId, parseSignedCheckpoint, ed25519PublicKey } from '../protocol/signed-checkpoint.ts'
import { auditLineLimitBytes } from '../protocol/audit-record.ts'
import { checkpointLineSchema } from './checkpoint-line.ts'
import { checkpointsFile, epochsFile, segmentFile, segmentIndices } from './file-names.ts'
import type { LogFiles } from './log-files.ts'
import { lineLeafHash, scanLines } from './scan-lines.ts'
import { readEpochs } from './verify/read-epochs.ts'

/** Writes one file of an export, making the folders it needs. */
export type WriteExport = (path: string, content: Uint8Array) => Promise<void>

const tileWidth = 256

/** `x001/x234/067` for 1,234,067 (C2SP tlog-tiles). */
export function tileIndexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}

/** One level of tiles: collects hashes, writes a tile whenever 256 are there, and hands its root to the level above. */
class TileLevel {
  readonly #level: number
  readonly #write: WriteExport
  #hashes: Buffer[] = []
  #tiles = 0
  #above: TileLevel | undefined

  constructor(level: number, write: WriteExport) {
    this.#level = level
    this.#write = write
  }

  async add(hash: Buffer): Promise<void> {
    this.#hashes.push(hash)
    if (this.#hashes.length < tileWidth) return
    await this.#write(this.#path(), Buffer.concat(this.#hashes))
    this.#above ??= new TileLevel(this.#level + 1, this.#write)
    await this.#above.add(completeRoot(this.#hashes))
    this.#hashes = []
    this.#tiles += 1
  }

  async finish(): Promise<void> {
    if (this.#hashes.length > 0) await this.#write(`${this.#path()}.p/${this.#hashes.length}`, Buffer.concat(this.#hashes))
    await this.#above?.finish()
  }

  #path(): string {
    return `tile/${this.#level}/${tileIndexPath(this.#tiles)}`
  }
}

function completeRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1 && hashes[0]) return hashes[0]
  const middle = hashes.length / 2
  return nodeHash(completeRoot(hashes.slice(0, middle)), completeRoot(hashes.slice(middle)))
}

/** Entry bundles: each entry with its length in two bytes, 256 to a bundle. */
class EntryBundles {
  readonly #write: WriteExport
  #entries: Buffer[] = []
  #bundles = 0

  constructor(write: WriteExport) {
    this.#write = write
  }

  async add(entry: Buffer): Promise<void> {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(entry.length)
    this.#entries.push(Buffer.concat([length, entry]))
    if (this.#entries.length < tileWidth) return
    await this.#write(`tile/entries/${tileIndexPath(this.#bundles)}`, Buffer.concat(this.#entries))
    this.#entries = []
    this.#bundles += 1
  }

  async finish(): Promise<void> {
    if (this.#entries.length === 0) return
    await this.#write(`tile/entries/${tileIndexPath(this.#bundles)}.p/${this.#entries.length}`, Buffer.concat(this.#entries))
  }
}

/** What was exported: the records under the last checkpoint, and its verifier key in the form of signed notes. */
export interface Exported {
  readonly records: number
  readonly origin: string
  readonly verifierKey: string
}

/**
 * Exports the records under the log's last checkpoint in the form of C2SP tlog-tiles, which tools of other logs read and serve:
 * `checkpoint`, `tile/<level>/<index>`, `tile/entries/<index>`. Nothing is signed anew.
 */
export async function exportTiles(files: Pick<LogFiles, 'names' | 'read'>, write: WriteExport): Promise<Exported> {
  const { note, size, origin, verifierKey } = await newestCheckpoint(files)
  const tiles = new TileLevel(0, write)
  const bundles = new EntryBundles(write)
  let records = 0
  for (const index of segmentIndices(await files.names())) {
    for (const { line, leaf } of await segmentLines(files, index)) {
      if (records === size) break
      await bundles.add(line)
      await tiles.add(leaf)
      records += 1
    }
  }
  if (records < size)
    throw new Error(`exporting: the last checkpoint covers ${size} records, ${records} are there; run moltagent-audit verify`)
  await tiles.finish()
  await bundles.finish()
  await write('checkpoint', Buffer.from(note))
  return { records, origin, verifierKey }
}

async function segmentLines(files: Pick<LogFiles, 'read'>, index: number) {
  const lines: { readonly line: Buffer; readonly leaf: Buffer }[] = []
  await scanLines(files.read(segmentFile(index)), auditLineLimitBytes, (raw) => {
    if (raw.number > 1)
      lines.push({ line: Buffer.from(raw.buffer.subarray(raw.start, raw.end)), leaf: Buffer.from(lineLeafHash(raw), 'hex') })
  })
  return lines
}

async function newestCheckpoint(files: Pick<LogFiles, 'read'>) {
  let last: string | undefined
  await scanLines(files.read(checkpointsFile), 8192, ({ buffer, start, end }) => {
    last = buffer.toString('utf8', start, end)
  })
  if (last === undefined) throw new Error('exporting: the log has no checkpoint yet')
  const { note } = checkpointLineSchema.parse(JSON.parse(last))
  const { size, origin, text, signatures } = parseSignedCheckpoint(note)
  const { epochs } = await readEpochs(files)
  const signed = epochs.find(({ key }) => signatures.some(({ signature }) => isSignedBy(text, signature, ed25519PublicKey(key))))
  if (!signed) throw new Error(`exporting: no key in ${epochsFile} signed the last checkpoint; run moltagent-audit verify`)
  const encoded = Buffer.concat([Buffer.of(1), Buffer.from(signed.key, 'base64url')]).toString('base64')
  return { note, size, origin, verifierKey: `${origin}+${noteKeyId(origin, signed.key)}+${encoded}` }
}
