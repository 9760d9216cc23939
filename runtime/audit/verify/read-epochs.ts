import { isCanonical, lineText, parsedJson } from '../canonical-line.ts'
import { epochSchema, isEpochSignedBy, type Epoch } from '../epoch.ts'
import { epochsFile } from '../file-names.ts'
import type { LogFiles } from '../log-files.ts'
import { scanLines, type RawLine, type UnfinishedLine } from '../scan-lines.ts'
import { finding, type Finding } from './finding.ts'

const lineLimitBytes = 8192

/** The log's keys, as far as each was handed over by the one before. */
export interface EpochsRead {
  readonly epochs: readonly Epoch[]
  readonly findings: readonly Finding[]
  readonly unfinished: UnfinishedLine
}

/** Reads `epochs.jsonl`. From the first line that is wrong on, no key is believed. */
export async function readEpochs(files: Pick<LogFiles, 'read'>): Promise<EpochsRead> {
  const epochs: Epoch[] = []
  const findings: Finding[] = []
  const unfinished = await scanLines(files.read(epochsFile), lineLimitBytes, (line) => {
    if (findings.length > 0) return
    const read = readEpoch(line, epochs.at(-1))
    if (typeof read === 'object') epochs.push(read)
    else {
      const place = { file: epochsFile, line: line.number, byte: line.byte, seq: epochs.at(-1)?.fromSize ?? 0 }
      findings.push(finding('altered-epoch', place, `the line of epoch ${epochs.length} ${read}: no key from there on is believed`))
    }
  })
  return { epochs, findings, unfinished }
}

/** The epoch, or what is wrong with it. */
function readEpoch(line: RawLine, before: Epoch | undefined): Epoch | string {
  const epoch = canonicalEpoch(lineText(line))
  if (!epoch) return 'is altered: it is no canonical epoch'
  if (before ? !continues(epoch, before) : epoch.epoch !== 0) return 'does not continue the one before'
  return isEpochSignedBy(epoch, before?.key ?? epoch.key) ? epoch : 'is not signed by the key before it'
}

function canonicalEpoch(text: string | undefined): Epoch | undefined {
  const parsed = epochSchema.safeParse(parsedJson(text ?? ''))
  return text !== undefined && parsed.success && isCanonical(text, parsed.data) ? parsed.data : undefined
}

function continues(epoch: Epoch, before: Epoch): boolean {
  return epoch.epoch === before.epoch + 1 && epoch.origin === before.origin && epoch.fromSize >= before.fromSize
}
