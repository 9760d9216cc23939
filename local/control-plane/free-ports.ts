import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range that Linux gives to outgoing connections (32768 and up), so that none of those takes a port between the check and its use. */
const range = { from: 20_000, to: 32_000 }

/** `count` different TCP ports of `address` that nobody listens on now, chosen at random so that clusters started together do not meet. */
export async function freePorts(address: string, count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  for (let attempt = 0; attempt < 1000 && ports.size < count; attempt += 1) {
    const port = randomInt(range.from, range.to)
    if (await isFree(address, port)) ports.add(port)
  }
  if (ports.size < count) throw new Error(`choosing ports on ${address}: fewer than ${count} of ${range.from} to ${range.to} are free`)
  return [...ports]
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
