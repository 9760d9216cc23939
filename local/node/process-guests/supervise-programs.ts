import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Guest, GuestExit } from '../guest.ts'
import type { GuestProgram } from './guest-program.ts'

export interface Supervision {
  readonly programs: readonly GuestProgram[]
  /** Turns a command into one that runs in the guest's place. */
  readonly place: (command: readonly string[]) => readonly string[]
  /** Each program's output goes to `<name>.log` in it. */
  readonly logFolder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Called when every program has ended, before `exited` settles. */
  readonly cleanUp: () => Promise<void>
}

interface Running {
  readonly program: GuestProgram
  readonly child: ChildProcess
  readonly ended: Promise<string>
}

/**
 * Runs a guest's programs. The guest has failed when an essential one ends unasked: the others are then ended too. Its agent counts as
 * connected once each program that has a port answers there.
 */
export function supervisePrograms(supervision: Supervision): Guest {
  const running = supervision.programs.map((program) => start(program, supervision))
  const exit = Promise.withResolvers<GuestExit>()
  let asked = false
  const signalAll = (signal: NodeJS.Signals): void => running.forEach(({ child }) => child.kill(signal))
  const end = async (outcome: GuestExit): Promise<void> => {
    await Promise.all(running.map(({ ended }) => ended))
    await supervision.cleanUp()
    exit.resolve(outcome)
  }
  for (const { program, ended } of running) {
    void ended.then((how) => {
      if (asked || !program.essential) return
      asked = true
      signalAll('SIGKILL')
      void end({ outcome: 'failed', reason: `${program.name} ${how}; see ${join(supervision.logFolder, `${program.name}.log`)}` })
    })
  }
  const ask = (signal: NodeJS.Signals): void => {
    const isFirst = !asked
    asked = true
    signalAll(signal)
    if (isFirst) void end({ outcome: 'stopped' })
  }
  return { agentConnected: allReady(running, supervision), exited: exit.promise, stop: () => ask('SIGTERM'), force: () => ask('SIGKILL') }
}

function start(program: GuestProgram, { place, logFolder, environment }: Supervision): Running {
  const [file = '', ...parameters] = place(program.command)
  const log = openSync(join(logFolder, `${program.name}.log`), 'a', 0o600)
  const child = spawn(file, parameters, { stdio: ['ignore', log, log], env: { ...environment, ...program.environment } })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal === null ? `exited with ${code}` : `was ended by ${signal}`))
  })
  return { program, child, ended }
}

const probeEveryMs = 100

/** Never settles for a guest that ends first. */
async function allReady(running: readonly Running[], supervision: Supervision): Promise<void> {
  for (const { program, ended } of running) {
    if (program.readyPort === undefined) continue
    let hasEnded = false
    void ended.then(() => {
      hasEnded = true
    })
    while (!(await answers(program.readyPort, supervision))) {
      if (hasEnded) return new Promise(() => undefined)
      await delay(probeEveryMs)
    }
  }
}

/** From inside the guest's network, where its loopback is. */
function answers(port: number, { place, environment }: Supervision): Promise<boolean> {
  const [file = '', ...parameters] = place(['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`])
  return new Promise((resolve) => {
    const child = spawn(file, parameters, { stdio: 'ignore', env: { ...environment } })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
