import { execFile } from 'node:child_process'

/** Runs a program to its end with `input` on standard input; resolves to its standard output. */
export type RunCommand = (program: string, args: readonly string[], input?: string) => Promise<string>

/** `RunCommand` by `execFile`, 30 s at most. Rejects with the program's own words. */
export const runCommand: RunCommand = (program, args, input = '') =>
  new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: 30_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`running ${program} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }))
      else resolve(stdout)
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
