import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { jsonAnswer, Refusal } from '../answer.ts'

/** An XML element with its name as `{namespace}local`, whatever prefixes the sender chose. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
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

/** The root element of a document; undefined for an empty one. XML that is not well formed ends the exchange with 400. */
export function parseXml(bytes: Uint8Array): XmlElement | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  if (text.trim() === '') return undefined
  if (XMLValidator.validate(text) !== true) throw new Refusal(jsonAnswer(400, { message: 'the body is not well-formed XML' }))
  return elements(parser.parse(text), {})[0]
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name)
}
