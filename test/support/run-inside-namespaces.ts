import { once } from 'node:events'
import { spawnInOwnNamespaces } from '../../local/node/network/own-namespaces.ts'

/** Runs a test file with node's test runner inside network namespaces of its own; resolves to its exit code and what it printed. */
export async function runInsideNamespaces(file: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const { NODE_TEST_CONTEXT: _context, ...environment } = process.env
  const child = spawnInOwnNamespaces(
    [process.execPath, '--test', '--test-isolation=none', '--test-force-exit', file],
    process.getuid?.() === 0,
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment },
  )
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: Buffer.concat(chunks).toString('utf8') }
}
