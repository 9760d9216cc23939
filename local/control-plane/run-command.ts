import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface CommandOptions {
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Called with each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void
}

/** How many last lines of standard error a failure quotes. */
const quotedLines = 20

/** Runs a program to its end and answers its standard output. Throws, quoting the end of standard error, when it cannot be started or exits with another code than 0. */
export async function runCommand(program: string, parameters: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    ...(options.environment ? { env: { ...options.environment } } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  })
  const lastLines: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line)
    if (lastLines.length > quotedLines) lastLines.shift()
    options.onErrorLine?.(line)
  })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ${parameters[0] ?? ''} exited with ${code}:\n${lastLines.join('\n')}`)
  return Buffer.concat(output).toString()
}
