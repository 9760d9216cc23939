import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileSigningKeys } from '../../runtime/audit/file-signing-keys.ts'
import type { AuditSigner } from '../../runtime/audit/audit-signer.ts'
import { epochSchema } from '../../runtime/audit/epoch.ts'
import { MerkleFrontier } from '../../runtime/audit/merkle-frontier.ts'
import { seamSchema, signedSeam } from '../../runtime/audit/seam.ts'
import { canonicalJson } from '../../runtime/protocol/canonical-json.ts'
import { leafHash } from '../../runtime/protocol/merkle-hash.ts'
import { checkpointText, parseSignedCheckpoint, signedCheckpointNote } from '../../runtime/protocol/signed-checkpoint.ts'

// What somebody can do who stole a log's key: the attacks that the tamper matrix replays.

async function lines(folder: string, file: string): Promise<string[]> {
  return (await readFile(join(folder, 'log', file), 'utf8')).trimEnd().split('\n')
}

async function writeLines(folder: string, file: string, content: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'log', file), content.map((line) => `${line}\n`).join(''))
}

async function stolenSigner(folder: string): Promise<{ readonly signer: AuditSigner; readonly origin: string; readonly fromSize: number }> {
  const epoch = epochSchema.parse(JSON.parse((await lines(folder, 'epochs.jsonl')).at(-1) ?? ''))
  const signer = await (await fileSigningKeys(join(folder, 'private', 'keys'))).find(epoch.key)
  if (!signer) throw new Error('stealing a key: it is not there')
  return { signer, origin: epoch.origin, fromSize: epoch.fromSize }
}

const segmentName = (index: number): string => `segment-${String(index).padStart(6, '0')}.jsonl`

/** All segments as lines, the seam first. */
async function segments(folder: string): Promise<string[][]> {
  const all: string[][] = []
  for (let index = 0; ; index += 1) {
    const content = await lines(folder, segmentName(index)).catch(() => undefined)
    if (!content) return all
    all.push(content)
  }
}

function rootAt(records: readonly string[], size: number): Buffer {
  const tree = new MerkleFrontier()
  for (const line of records.slice(0, size)) tree.append(leafHash(Buffer.from(line)))
  return tree.root()
}

function note(origin: string, size: number, root: Buffer, signer: AuditSigner): string {
  const checkpoint = { origin, size, root }
  return signedCheckpointNote(checkpoint, signer.publicKey, signer.sign(checkpointText(checkpoint)))
}

/** Adds to a log a true checkpoint of its first `size` records, signed with the key stolen from another folder. */
export async function forgeCheckpoint(theft: { readonly keysOf: string; readonly logOf: string; readonly size: number }): Promise<void> {
  const { signer, origin } = await stolenSigner(theft.keysOf)
  const records = (await segments(theft.logOf)).flatMap((content) => content.slice(1))
  const forged = canonicalJson({ note: note(origin, theft.size, rootAt(records, theft.size), signer) })
  await writeLines(theft.logOf, 'checkpoints.jsonl', [...(await lines(theft.logOf, 'checkpoints.jsonl')), forged])
}

/**
 * Rewrites a record with the current key in hand: chains all later records anew, signs seams and checkpoints anew as far as the current
 * key may. What earlier keys signed stays as it was.
 */
export async function rewriteWithStolenKey(attack: {
  readonly folder: string
  readonly from: number
  readonly result: string
}): Promise<void> {
  const { folder } = attack
  const { signer, origin, fromSize } = await stolenSigner(folder)
  const all = await segments(folder)
  const records: string[] = []
  let previous = ''
  for (const [index, [oldSeam, ...old]] of all.entries()) {
    const { key, signature, ...seam } = seamSchema.parse(JSON.parse(oldSeam ?? ''))
    const isMine = seam.firstSeq > fromSize && seam.firstSeq > attack.from
    const closed = rootAt(records.slice(-seam.segmentRecords), seam.segmentRecords).toString('base64url')
    const anew = { ...seam, previous, root: rootAt(records, records.length).toString('base64url'), previousSegment: closed }
    const seamLine = isMine ? canonicalJson({ ...signedSeam(anew, signer) }) : canonicalJson({ ...seam, key, signature })
    previous = leafHash(Buffer.from(seamLine)).toString('hex')
    const rechained = old.map((line) => {
      const record = JSON.parse(line)
      const forged = canonicalJson({ ...record, previous, ...(record.seq === attack.from ? { result: attack.result } : {}) })
      previous = leafHash(Buffer.from(forged)).toString('hex')
      records.push(forged)
      return forged
    })
    await writeLines(folder, segmentName(index), [seamLine, ...rechained])
  }
  const checkpoints = (await lines(folder, 'checkpoints.jsonl')).map((line) => {
    const { size } = parseSignedCheckpoint(JSON.parse(line).note)
    if (size <= fromSize) return line
    return canonicalJson({
      last: leafHash(Buffer.from(records[size - 1] ?? '')).toString('hex'),
      note: note(origin, size, rootAt(records, size), signer),
    })
  })
  await writeLines(folder, 'checkpoints.jsonl', checkpoints)
}

/** Signs the seam of a segment anew with the stolen current key, otherwise as it was. */
export async function resignSeam(folder: string, index: number): Promise<void> {
  const { signer } = await stolenSigner(folder)
  const [oldSeam = '', ...records] = await lines(folder, segmentName(index))
  const { key: _key, signature: _signature, ...seam } = seamSchema.parse(JSON.parse(oldSeam))
  const seamLine = canonicalJson({ ...signedSeam({ ...seam, openIntents: [3] }, signer) })
  let previous = leafHash(Buffer.from(seamLine)).toString('hex')
  const rechained = records.map((line) => {
    const forged = canonicalJson({ ...JSON.parse(line), previous })
    previous = leafHash(Buffer.from(forged)).toString('hex')
    return forged
  })
  await writeLines(folder, segmentName(index), [seamLine, ...rechained])
}
