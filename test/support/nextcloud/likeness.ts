import { parseXml, type XmlElement } from '../../../runtime/nextcloud/dav/xml-tree.ts'

/** Values that differ from run to run, by the name of their field: they must have the same shape, and stay the same wherever they return. */
const shapes: readonly (readonly [RegExp, RegExp])[] = [
  [
    /(^|\.)(timestamp|created|updated|edited|lastActivity|firstLoginTimestamp|lastLoginTimestamp|createdAt|lastModified)$/,
    /^(0|1[6-9]\d{8}|2\d{9})$/,
  ],
  [/\.lastLogin$/, /^(1[6-9]\d{8}|2\d{9})000$/],
  [/\.quota\.used$/, /^\d+$/],
  [/(^|\.)token$/, /^[a-z0-9]{8}$/],
  [/\.avatarVersion$/, /^[0-9a-f]{8}$/],
  [/\.apppassword$/, /^[A-Za-z0-9]{72}$/],
  [/\.url_hash$/, /^[0-9a-f]{40}$/],
  [/\.url$/, /^http:\/\/127\.0\.0\.1:\d+\/webhook\/nctalk$/],
  [/(^|\.)(id|revision|share|password)$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  [/(^|\.)ETag$/, /^[0-9a-f]{32}$/],
  [/\.creationDateTime$/, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/],
  [/header etag$|header oc-etag$/, /^"[0-9a-f]{32}"$/],
  [/header oc-fileid$/, /^\d{8}oc[a-z0-9]{10}$/],
  [/header x-api-session$/, /^[0-9a-f]{160}\|[0-9a-f]{32}\|[0-9a-f]{128}\|3$/],
  [/\{DAV:\}getetag$/, /^"([0-9a-f]{13}|[0-9a-f]{32})"$/],
  [/\{DAV:\}getlastmodified$/, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/],
  [/getctag$/, /^http:\/\/sabre\.io\/ns\/sync\/\d+$/],
  [/sync-token$/, /^\d+$/],
]

/** Volatile values whose repetition means nothing: clocks and counters. */
const unbound =
  /timestamp|created|updated|edited|lastActivity|Login|used|createdAt|lastModified|creationDateTime|getlastmodified|x-api-session|getctag|sync-token/i

/** Compares what a server answered with what was recorded, and remembers which recorded random value became which. */
export class Likeness {
  readonly #bound = new Map<string, string>()

  bind(recorded: string, actual: string): void {
    this.#bound.set(recorded, actual)
  }

  /** A recorded text with every random value that is known to have another one here replaced. */
  translate(text: string): string {
    let translated = text
    for (const [recorded, actual] of this.#bound) translated = translated.replaceAll(recorded, actual)
    return translated
  }

  /** Differences in words; none when `actual` is like `recorded`. */
  differences(path: string, recorded: unknown, actual: unknown): readonly string[] {
    if (Array.isArray(recorded) && Array.isArray(actual)) {
      if (recorded.length !== actual.length) return [`${path}: ${recorded.length} entries were recorded, here are ${actual.length}`]
      return recorded.flatMap((value, index) => this.differences(`${path}[${index}]`, value, actual[index]))
    }
    if (isRecord(recorded) && isRecord(actual)) return this.#members(path, recorded, actual)
    return this.#leaf(path, recorded, actual)
  }

  #members(path: string, recorded: Record<string, unknown>, actual: Record<string, unknown>): readonly string[] {
    const names = Object.keys(recorded).map((name) => [name, this.translate(name)] as const)
    const missing = names.filter(([, name]) => !(name in actual)).map(([name]) => `${path}.${name}: was recorded, is missing here`)
    const expected = new Set(names.map(([, name]) => name))
    const extra = Object.keys(actual).filter((name) => !expected.has(name))
    const inner = names.flatMap(([name, here]) => (here in actual ? this.differences(`${path}.${name}`, recorded[name], actual[here]) : []))
    return [...missing, ...extra.map((name) => `${path}.${name}: was not recorded, is here`), ...inner]
  }

  #leaf(path: string, recorded: unknown, actual: unknown): readonly string[] {
    if (typeof recorded !== typeof actual) return [`${path}: ${JSON.stringify(recorded)} was recorded, here is ${JSON.stringify(actual)}`]
    const expected = typeof recorded === 'string' ? this.translate(recorded) : recorded
    if (expected === actual) return []
    const shape = shapes.find(([name, pattern]) => name.test(path) && pattern.test(String(recorded)))
    if (shape?.[1].test(String(actual))) return this.#remember(path, recorded, actual)
    return [`${path}: ${JSON.stringify(expected)} was recorded, here is ${JSON.stringify(actual)}`]
  }

  #remember(path: string, recorded: unknown, actual: unknown): readonly string[] {
    if (typeof recorded !== 'string' || typeof actual !== 'string' || unbound.test(path)) return []
    const key = recorded.replaceAll('"', '')
    const before = this.#bound.get(key)
    const now = actual.replaceAll('"', '')
    if (before !== undefined && before !== now) return [`${path}: ${recorded} was ${before} before and is ${now} now`]
    this.#bound.set(key, now)
    return []
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function inner(element: XmlElement): unknown {
  if (element.children.length === 0) {
    const { xmlns: _, ...rest } = Object.fromEntries(Object.entries(element.attributes).filter(([name]) => !name.startsWith('xmlns:')))
    return Object.keys(rest).length === 0 ? element.text : { ...rest, text: element.text }
  }
  return Object.fromEntries(element.children.map((child) => [child.name, inner(child)]))
}

function find(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

/** A multistatus as `{href: {status: {property: value}}}`, an error as its parts: order and prefixes mean nothing. */
export function davBody(text: string): unknown {
  const root = parseXml(Buffer.from(text))
  if (root?.name !== '{DAV:}multistatus') return root && { [root.name]: inner(root) }
  return Object.fromEntries(
    find(root, '{DAV:}response').map((response) => [
      find(response, '{DAV:}href')[0]?.text,
      Object.fromEntries(
        find(response, '{DAV:}propstat').map((propstat) => [
          find(propstat, '{DAV:}status')[0]?.text,
          Object.fromEntries(find(propstat, '{DAV:}prop').flatMap((prop) => prop.children.map((child) => [child.name, inner(child)]))),
        ]),
      ),
    ]),
  )
}
