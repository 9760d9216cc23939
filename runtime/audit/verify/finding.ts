/**
 * `broken`: the log is not what was written. `suspicious`: it may be a crash or a wrong clock, a person should look.
 * `notice`: nothing is wrong with the log, but it tells something.
 */
export type Severity = 'broken' | 'suspicious' | 'notice'

const severities = {
  altered: 'broken',
  deleted: 'broken',
  inserted: 'broken',
  duplicated: 'broken',
  reordered: 'broken',
  'swapped-segment': 'broken',
  'missing-segment': 'broken',
  'altered-seam': 'broken',
  'cut-tail': 'broken',
  rewritten: 'broken',
  'rolled-back': 'broken',
  forked: 'broken',
  'retired-key': 'broken',
  'unknown-key': 'broken',
  'altered-checkpoint': 'broken',
  'altered-epoch': 'broken',
  'not-anchored-key': 'broken',
  'clock-moved': 'suspicious',
  'torn-tail': 'suspicious',
  'unsigned-tail': 'suspicious',
  'unmatched-intent': 'notice',
  'not-anchored': 'notice',
} as const satisfies Record<string, Severity>

export type FindingCode = keyof typeof severities

/** What `moltagent-audit verify` found, and where. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** First record concerned, by its number in the log. */
  readonly seq?: number
  /** Last record concerned, when it is a range that cannot be narrowed. */
  readonly lastSeq?: number
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** Offset of the line in its file. */
  readonly byte?: number
  readonly message: string
}

export type FindingPlace = Pick<Finding, 'seq' | 'lastSeq' | 'file' | 'line' | 'byte'>

export function finding(code: FindingCode, place: FindingPlace, message: string): Finding {
  return { code, severity: severities[code], ...place, message }
}

/** The worst of the findings in a word. */
export function verdict(findings: readonly Finding[]): 'intact' | 'suspicious' | 'broken' {
  if (findings.some(({ severity }) => severity === 'broken')) return 'broken'
  return findings.some(({ severity }) => severity === 'suspicious') ? 'suspicious' : 'intact'
}
