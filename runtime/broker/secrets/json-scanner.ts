import { unescapeJsonString } from './unescape-json-string.ts'

/** JSON bytes are not JSON. The message holds a position and never a byte of the text. */
export class JsonScanError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'JsonScanError'
  }
}

/** A string found by the scanner, still in the bytes. */
export interface ScannedString {
  readonly unescaped: () => Buffer
  readonly mask: () => void
}

/** Called for each member of an object with its dotted path; members of arrays are not reported. */
type OnMember = (path: string, value: ScannedString | undefined) => void

const deepestNesting = 64
const filler = 0x78
const quote = 0x22
const whitespace = new Set([0x20, 0x09, 0x0a, 0x0d])
/** Numbers, `true`, `false`, `null`: `JSON.parse` judges their spelling afterwards. */
const isLiteralByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45

/** One pass over JSON bytes that reports where strings lie. */
export class JsonScanner {
  readonly #json: Buffer
  readonly #onMember: OnMember
  #at = 0

  constructor(json: Buffer, onMember: OnMember) {
    this.#json = json
    this.#onMember = onMember
  }

  scan(): void {
    this.#value('', 0)
    this.#skipWhitespace()
    if (this.#at !== this.#json.length) this.#fail()
  }

  #value(path: string, depth: number): ScannedString | undefined {
    if (depth > deepestNesting) this.#fail()
    this.#skipWhitespace()
    switch (this.#json[this.#at]) {
      case 0x7b:
        this.#object(path, depth)
        return undefined
      case 0x5b:
        this.#list(0x5d, () => void this.#value(`${path}[]`, depth + 1))
        return undefined
      case quote:
        return this.#string()
      default:
        this.#literal()
        return undefined
    }
  }

  #object(path: string, depth: number): void {
    this.#list(0x7d, () => {
      this.#skipWhitespace()
      const name = this.#string().unescaped().toString('utf8')
      this.#skipWhitespace()
      this.#expect(0x3a)
      const inner = path === '' ? name : `${path}.${name}`
      this.#onMember(inner, this.#value(inner, depth + 1))
    })
  }

  /** Items between commas up to `close`. */
  #list(close: number, item: () => void): void {
    this.#at += 1
    this.#skipWhitespace()
    if (this.#json[this.#at] === close) {
      this.#at += 1
      return
    }
    for (;;) {
      item()
      this.#skipWhitespace()
      if (this.#json[this.#at] === close) break
      this.#expect(0x2c)
    }
    this.#at += 1
  }

  #string(): ScannedString {
    this.#expect(quote)
    const start = this.#at
    while (this.#json[this.#at] !== quote) {
      const byte = this.#json[this.#at]
      if (byte === undefined || byte < 0x20) this.#fail()
      this.#at += byte === 0x5c ? 2 : 1
    }
    const text = this.#json.subarray(start, this.#at)
    this.#at += 1
    return {
      unescaped: () => unescapeJsonString(text) ?? this.#fail(),
      mask: () => void text.fill(filler),
    }
  }

  #literal(): void {
    const start = this.#at
    while (isLiteralByte(this.#json[this.#at] ?? 0)) this.#at += 1
    if (this.#at === start) this.#fail()
  }

  #expect(byte: number): void {
    if (this.#json[this.#at] !== byte) this.#fail()
    this.#at += 1
  }

  #skipWhitespace(): void {
    while (whitespace.has(this.#json[this.#at] ?? 0)) this.#at += 1
  }

  #fail(): never {
    throw new JsonScanError(`scanning JSON: it is malformed at byte ${this.#at}`)
  }
}
