import type { ArgumentRole } from '../../../runtime/protocol/action.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const datePattern = /^(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$/

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

function hasWhole(prompt: string, text: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(text)}(?![\\p{L}\\p{N}_])`, 'u').test(prompt)
}

function isDateSaid(prompt: string, value: string): boolean {
  const [, year = '', month = '', day = ''] = datePattern.exec(value) ?? []
  const name = months[Number(month) - 1] ?? '?'
  const number = `0?${String(Number(day))}(?:st|nd|rd|th)?`
  const patterns = [
    `${year}-${month}-${day}`,
    `${name}\\s+${number}(?![\\p{L}\\p{N}])`,
    `(?<![\\p{L}\\p{N}])${number}\\s+(?:of\\s+)?${name}`,
    '(?<!\\p{L})(?:today|tomorrow)(?!\\p{L})',
  ]
  return patterns.some((pattern) => new RegExp(pattern, 'u').test(prompt))
}

/** "13" is in "June 13": a bare number names a thing only where it is quoted or called an id or a number. */
function isNumberNamed(prompt: string, value: string): boolean {
  return new RegExp(
    `(?:\\bid\\b|\\bnumber\\b|\\bno\\.|#)[\\s:]*['"\`]?${escaped(value)}(?![\\p{L}\\p{N}])|['"\`]${escaped(value)}['"\`]`,
    'u',
  ).test(prompt)
}

function isTextSaid(prompt: string, value: string): boolean {
  const bare = value.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return bare.length >= 3 && hasWhole(prompt, bare)
}

/** A path, but no address of the web, is said when each of its names is. */
function isPathSaid(words: string, value: string): boolean {
  const names = value.split('/').filter((name) => name !== '')
  const isAddress = /^https?:|^www\.|^[^/]*\.[a-z]{2,}\//.test(value)
  return value.includes('/') && !isAddress && names.length > 0 && names.every((name) => name.length >= 3 && hasWhole(words, name))
}

function isWordingSaid(prompt: string, value: string, role: ArgumentRole, defaults: readonly string[]): boolean {
  const wanted = value.normalize('NFKC').toLowerCase().trim()
  if (wanted === '') return true
  if (datePattern.test(wanted)) return isDateSaid(prompt, wanted)
  if (/^[\d.,]+$/.test(wanted)) return role === 'quantity' || role === 'content' ? hasWhole(prompt, wanted) : isNumberNamed(prompt, wanted)
  return isTextSaid(prompt, wanted) || defaults.includes(value) || isPathSaid([prompt, ...defaults].join('\n'), wanted)
}

/**
 * Could a planner that sees only this prompt, and the tools' schemas with their `defaults`, have written this value? Decides what the
 * stand-in planner writes as a literal; it decides nothing about security, since the prompt is all that it looks at.
 */
export function isSaidIn(prompt: string, value: JsonValue, role: ArgumentRole, defaults: readonly string[] = []): boolean {
  const text = prompt.normalize('NFKC').toLowerCase()
  if (typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return value === 1 || hasWhole(text, String(value))
  return typeof value === 'string' && isWordingSaid(text, value, role, defaults)
}
