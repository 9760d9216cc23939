import type { Label } from '../protocol/label.ts'
import { defuseLinks } from '../policy/defuse-links.ts'
import { quoteUntrusted } from '../policy/quote-untrusted.ts'
import type { Language } from '../policy/sentences.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { Value } from './value.ts'

const origin: Readonly<Record<Language, (sources: string) => string>> = {
  en: (sources) => `From ${sources}, not checked:`,
  de: (sources) => `Aus ${sources}, ungeprüft:`,
  pt: (sources) => `De ${sources}, não verificado:`,
}

const unknownSource: Readonly<Record<Language, string>> = { en: 'others', de: 'fremdem Text', pt: 'terceiros' }

/** Sources named in a reply at most; more are counted. */
const mostSources = 4

function sourcesOf({ sources }: Label, language: Language): string {
  if (sources.length === 0) return unknownSource[language]
  const named = sources.slice(0, mostSources).map((source) => quoteUntrusted(source, 60))
  return sources.length > mostSources ? `${named.join(', ')} (+${String(sources.length - mostSources)})` : named.join(', ')
}

function textOf(data: JsonValue): string {
  return typeof data === 'string' ? data : JSON.stringify(data)
}

function quotedBlock(text: string): string {
  return defuseLinks(text)
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/u)
    .map((line) => `> ${line}`)
    .join('\n')
}

/** The text of a reply: trusted parts as they are, what comes from others as a quotation that names its sources and holds no live link. */
export function renderReply(parts: readonly Value[], language: Language = 'en'): string {
  return parts
    .map(({ data, label }) =>
      label.integrity === 'trusted' ? textOf(data) : `${origin[language](sourcesOf(label, language))}\n${quotedBlock(textOf(data))}`,
    )
    .join('\n')
}
