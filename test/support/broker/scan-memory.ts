import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const chunkBytes = 1024 * 1024

interface Region {
  readonly start: number
  readonly end: number
}

/** Writable regions: heaps, stacks, data. */
function writableRegions(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .filter((match) => match !== null)
    .map(([, start = '0', end = '0']) => ({ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }))
}

const pageBytes = 4096
/** Of a page's entry in `/proc/PID/pagemap`: it is in memory, or in swap. */
const isInUse = (entry: number): boolean => (entry & 0xc0) !== 0

/** The parts of a region that hold anything: an engine reserves far more than it uses. */
function usedParts(pagemap: number, { start, end }: Region): readonly Region[] {
  const pages = (end - start) / pageBytes
  const entries = Buffer.alloc(pages * 8)
  const read = readSync(pagemap, entries, 0, entries.length, (start / pageBytes) * 8)
  const parts: Region[] = []
  for (let page = 0; page < read / 8; page += 1) {
    if (!isInUse(entries.readUInt8(page * 8 + 7))) continue
    const at = start + page * pageBytes
    const last = parts.at(-1)
    if (last?.end === at) parts[parts.length - 1] = { start: last.start, end: at + pageBytes }
    else parts.push({ start: at, end: at + pageBytes })
  }
  return parts
}

function count(text: Buffer, needle: Buffer): number {
  let found = 0
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) found += 1
  return found
}

/** A region may go away while it is read. */
function read(descriptor: number, target: Buffer, position: number): number {
  try {
    return readSync(descriptor, target, 0, target.length, position)
  } catch {
    return 0
  }
}

/** How often any of `needles` stands in a process's writable memory. Throws when the process cannot be read. */
export function copiesInMemory(pid: number, needles: readonly Buffer[]): number {
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1
  const descriptor = openSync(`/proc/${pid}/mem`, 'r')
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r')
  const target = Buffer.alloc(chunkBytes + overlap)
  let found = 0
  try {
    for (const { start, end } of writableRegions(pid).flatMap((region) => usedParts(pagemap, region))) {
      for (let at = start; at < end; at += chunkBytes) {
        const wanted = Math.min(chunkBytes + overlap, end - at)
        const text = target.subarray(0, read(descriptor, target.subarray(0, wanted), at))
        const counted = needles.map((needle) => count(text, needle) - count(text.subarray(chunkBytes), needle))
        found += counted.reduce((sum, copies) => sum + copies, 0)
      }
    }
    return found
  } finally {
    target.fill(0)
    closeSync(descriptor)
    closeSync(pagemap)
  }
}

/** The secret as it is, in hexadecimal, and in base64's three phases. */
export function needlesOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret)
  const inBase64 = [0, 1, 2].map((phase) => {
    const text = Buffer.concat([Buffer.alloc(phase), bytes]).toString('base64')
    return text.slice(Math.ceil((phase * 8) / 6), Math.floor(((phase + bytes.length) * 8) / 6))
  })
  return [bytes, Buffer.from(bytes.toString('hex')), ...inBase64.map((text) => Buffer.from(text))]
}
