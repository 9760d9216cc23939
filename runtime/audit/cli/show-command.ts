import { parseArgs } from 'node:util'
import { auditExitCodes } from '../audit-exit-codes.ts'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import { auditLineLimitBytes, type AuditRecord } from '../../protocol/audit-record.ts'
import { segmentFile, segmentIndices } from '../file-names.ts'
import { FileSalts } from '../file-salts.ts'
import { hiddenValue } from '../hidden-value.ts'
import { readableLogFiles } from '../node-log-files.ts'
import { scanLines } from '../scan-lines.ts'
import { readRecordLine } from '../verify/record-line.ts'
import { UsageError, type CommandWorld } from './command-world.ts'

const options = {
  from: { type: 'string', default: '0' },
  to: { type: 'string' },
  kind: { type: 'string' },
  actor: { type: 'string' },
  action: { type: 'string' },
  since: { type: 'string' },
  hidden: { type: 'string' },
  subject: { type: 'string' },
  salts: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Wanted = (record: AuditRecord) => boolean

/** `moltagent-audit show FOLDER`: prints records, does not verify them. */
export async function showCommand(args: readonly string[], world: CommandWorld): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [folder, ...more] = positionals
  if (folder === undefined || more.length > 0) throw new UsageError('show takes one folder')
  const wanted = [...fieldFilters(values), ...(await hiddenFilter(values))]
  const files = readableLogFiles(folder)
  let isWhole = true
  for (const index of segmentIndices(await files.names())) {
    await scanLines(files.read(segmentFile(index)), auditLineLimitBytes, (raw) => {
      if (raw.number === 1) return
      const { content } = readRecordLine(raw)
      if (content.state === 'unreadable') {
        isWhole = false
        world.tell(`${segmentFile(index)}:${raw.number}: ${content.why}`)
      } else if (wanted.every((matches) => matches(content.record)))
        world.print(values.json ? canonicalJson({ ...content.record }) : oneLine(content.record))
    })
  }
  return isWhole ? auditExitCodes.intact : auditExitCodes.broken
}

type Values = Partial<Record<Exclude<keyof typeof options, 'json'>, string>>

function fieldFilters({ from, to, kind, actor, action, since }: Values): readonly Wanted[] {
  const first = Number(from ?? 0)
  const last = Number(to ?? Number.MAX_SAFE_INTEGER)
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since)
  if (!Number.isInteger(first) || !Number.isInteger(last)) throw new UsageError('--from and --to take numbers of records')
  if (Number.isNaN(sinceMs)) throw new UsageError('--since takes a time such as 2026-11-25T12:00:00Z')
  return [
    ({ seq }) => seq >= first && seq <= last,
    ({ at }) => Date.parse(at) >= sinceMs,
    ...(kind === undefined ? [] : [(record: AuditRecord) => record.kind === kind]),
    ...(actor === undefined ? [] : [(record: AuditRecord) => record.actor === actor]),
    ...(action === undefined ? [] : [(record: AuditRecord) => record.action?.startsWith(action) === true]),
  ]
}

/** `--hidden room=general --subject rooms --salts FOLDER`: records whose hidden value is this one. */
async function hiddenFilter({ hidden, subject, salts }: Values): Promise<readonly Wanted[]> {
  if (hidden === undefined) return []
  const [name = '', ...value] = hidden.split('=')
  if (value.length === 0 || subject === undefined || salts === undefined) {
    throw new UsageError('--hidden takes NAME=VALUE, and needs --subject and --salts')
  }
  const salt = await FileSalts.at(salts).find(subject)
  if (!salt) throw new UsageError(`there is no salt for the subject ${subject} in ${salts}: it was erased, or never used`)
  const expected = hiddenValue(name, value.join('='), salt)
  return [(record) => record.hidden?.[name] === expected]
}

/** Fields that chain and date a record rather than say what happened. */
const mechanical: ReadonlySet<string> = new Set(['seq', 'at', 'actor', 'kind', 'schemaVersion', 'boot', 'monotonicMs', 'previous'])

function oneLine(record: AuditRecord): string {
  const said = Object.fromEntries(Object.entries(record).filter(([name]) => !mechanical.has(name)))
  return `${record.seq} ${record.at} ${record.actor} ${record.kind} ${canonicalJson(said)}`
}
