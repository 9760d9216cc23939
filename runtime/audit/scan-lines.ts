import { hash } from 'node:crypto'

/** One line of a file, without its newline. Valid only until the callback returns: the buffer is used again. */
export interface RawLine {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly number: number
  /** Offset in the file. */
  readonly byte: number
}

/** What follows the last newline of a file. */
export interface UnfinishedLine {
  readonly bytes: Buffer
  readonly number: number
  readonly byte: number
}

const newline = 10

/** A line so long that it cannot be one of a log. */
export class OverlongLineError extends Error {
  override readonly name = 'OverlongLineError'
  readonly line: number
  readonly byte: number

  constructor(line: number, byte: number, limitBytes: number) {
    super(`reading line ${line}: it is longer than ${limitBytes} bytes`)
    this.line = line
    this.byte = byte
  }
}

/**
 * Calls `onLine` for each whole line of a stream of blocks, with no copy of the line. Returns what follows the last newline.
 *
 * Holds one block and at most one line; a line longer than `limitBytes` throws `OverlongLineError`.
 */
export async function scanLines(
  blocks: AsyncIterable<Buffer>,
  limitBytes: number,
  onLine: (line: RawLine) => void,
): Promise<UnfinishedLine> {
  let rest: Buffer = Buffer.alloc(0)
  let number = 1
  let byte = 0
  for await (const block of blocks) {
    // A byte of room before the first line, so that `lineLeafHash` can put its prefix there.
    const buffer = Buffer.concat([Buffer.of(newline), rest, block])
    let start = 1
    for (let end = buffer.indexOf(newline, start + rest.length); end >= 0; end = buffer.indexOf(newline, start)) {
      if (end - start > limitBytes) throw new OverlongLineError(number, byte, limitBytes)
      onLine({ buffer, start, end, number, byte })
      byte += end + 1 - start
      number += 1
      start = end + 1
    }
    rest = buffer.subarray(start)
    if (rest.length > limitBytes) throw new OverlongLineError(number, byte, limitBytes)
  }
  return { bytes: Buffer.from(rest), number, byte }
}

/** RFC 6962 leaf hash of a line in hexadecimal, computed in place: the byte before the line is overwritten with the prefix. */
export function lineLeafHash({ buffer, start, end }: RawLine): string {
  buffer.writeUInt8(0, start - 1)
  return hash('sha256', buffer.subarray(start - 1, end), 'hex')
}
