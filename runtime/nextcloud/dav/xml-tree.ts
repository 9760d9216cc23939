import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An XML element with its name as `{namespace}local`, whatever prefixes the sender chose. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** A document that cannot be read. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

type Scope = Readonly<Record<string, string>>
type RawNode = Readonly<Record<string, unknown>>

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
})

function attributesOf(node: RawNode): Readonly<Record<string, string>> {
  const raw = node[':@']
  return typeof raw === 'object' && raw !== null ? Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)])) : {}
}

function innerScope(attributes: Readonly<Record<string, string>>, scope: Scope): Scope {
  const own: Record<string, string> = {}
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'xmlns') own[''] = value
    else if (key.startsWith('xmlns:')) own[key.slice(6)] = value
  }
  return { ...scope, ...own }
}

function qualified(tag: string, scope: Scope): string {
  const colon = tag.indexOf(':')
  const prefix = colon < 0 ? '' : tag.slice(0, colon)
  return `{${scope[prefix] ?? ''}}${tag.slice(colon + 1)}`
}

function elements(nodes: unknown, scope: Scope): readonly XmlElement[] {
  if (!Array.isArray(nodes)) return []
  return (nodes as RawNode[]).flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@' && key !== '#text' && !key.startsWith('?'))
    if (tag === undefined) return []
    const attributes = attributesOf(node)
    const inner = innerScope(attributes, scope)
    const inside = node[tag]
    return [{ name: qualified(tag, inner), attributes, children: elements(inside, inner), text: textOf(inside) }]
  })
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return ''
  return (nodes as RawNode[]).map((node) => (typeof node['#text'] === 'string' ? node['#text'] : '')).join('')
}

/** The root element of a document; undefined for an empty one. Throws `XmlError` where it is not well formed. */
export function parseXml(bytes: Uint8Array): XmlElement | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  if (text.trim() === '') return undefined
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('a document type is not taken')
  const validity = XMLValidator.validate(text)
  if (validity !== true) throw new XmlError(`not well-formed XML: ${validity.err.msg}`)
  return elements(parser.parse(text), {})[0]
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name)
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? []
}
