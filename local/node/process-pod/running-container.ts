import type { ChildProcess } from 'node:child_process'
import type { ContainerSpec } from './container-spec.ts'
import { execInContainer, exitOf, isAlive, launchContainer, signalContainer, type Launch } from './launch-container.ts'
import { probe } from './probe.ts'
import { watchProbe } from './watch-probe.ts'

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly startedAt: Date }
  | { readonly kind: 'terminated'; readonly exitCode: number; readonly startedAt: Date; readonly finishedAt: Date }

export interface ContainerOptions {
  readonly spec: ContainerSpec
  readonly podIp: string
  /** Made anew for each start. What it throws is told as the reason of waiting. */
  readonly prepare: () => Promise<Launch>
  readonly logFile: string
  readonly now: () => Date
  readonly onChange: () => void
}

/** A kubelet waits 10 s to 5 min; here nobody else shares the machine. */
const backOffMs = (restarts: number): number => Math.min(500 * 2 ** restarts, 60_000)

/** Keeps a container running, as a kubelet with restartPolicy Always does, until `stop`. */
export class RunningContainer {
  readonly spec: ContainerSpec
  readonly #options: ContainerOptions
  readonly #stopping = new AbortController()
  #state: ContainerState = { kind: 'waiting', reason: 'ContainerCreating', message: '' }
  #last: ContainerState | undefined
  #isReady = false
  #restarts = 0
  #child: ChildProcess | undefined

  constructor(options: ContainerOptions) {
    this.spec = options.spec
    this.#options = options
    void this.#keepRunning()
  }

  get state(): ContainerState {
    return this.#state
  }

  /** How it ended the last time, if it was started again. */
  get lastState(): ContainerState | undefined {
    return this.#last
  }

  get isReady(): boolean {
    return this.#isReady
  }

  get restarts(): number {
    return this.#restarts
  }

  /** Asks it to end; what is still there after `graceMs` is killed. Answers when nothing of it runs. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort()
    const child = this.#child
    if (!child || !isAlive(child)) return
    const exited = exitOf(child)
    signalContainer(child, 'SIGTERM')
    const timer = setTimeout(() => signalContainer(child, 'SIGKILL'), graceMs)
    await exited
    clearTimeout(timer)
  }

  async #keepRunning(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const [reason, message] = await this.#runOnce()
      if (this.#stopping.signal.aborted) return
      this.#set({ kind: 'waiting', reason, message }, false)
      await this.#pause(backOffMs(this.#restarts))
    }
  }

  /** Why it waits before the next start. */
  async #runOnce(): Promise<readonly [reason: string, message: string]> {
    const { prepare, logFile, now } = this.#options
    let child: ChildProcess
    try {
      const launch = await prepare()
      if (this.#stopping.signal.aborted) return ['', '']
      child = await launchContainer(launch, logFile)
    } catch (error) {
      return ['CreateContainerConfigError', error instanceof Error ? error.message : String(error)]
    }
    this.#child = child
    const startedAt = now()
    this.#set({ kind: 'running', startedAt }, this.spec.readinessProbe === undefined)
    const ended = new AbortController()
    this.#watchProbes(child, AbortSignal.any([ended.signal, this.#stopping.signal]))
    const exitCode = await exitOf(child)
    ended.abort()
    signalContainer(child, 'SIGKILL')
    this.#last = { kind: 'terminated', exitCode, startedAt, finishedAt: now() }
    if (this.#stopping.signal.aborted) this.#set(this.#last, false)
    else this.#restarts += 1
    return ['CrashLoopBackOff', `back-off restarting failed container ${this.spec.name}: it ended with exit code ${exitCode}`]
  }

  #watchProbes(child: ChildProcess, signal: AbortSignal): void {
    const { livenessProbe, readinessProbe, ports } = this.spec
    const target = {
      podIp: this.#options.podIp,
      ports,
      exec: (command: readonly string[], until: AbortSignal) => execInContainer(child, command, until),
    }
    if (readinessProbe) {
      const onVerdict = (isReady: boolean): void => this.#set(this.#state, isReady)
      void watchProbe({ spec: readinessProbe, ask: () => probe(readinessProbe, target), before: false, onVerdict, signal })
    }
    if (livenessProbe) {
      const onVerdict = (): void => signalContainer(child, 'SIGKILL')
      void watchProbe({ spec: livenessProbe, ask: () => probe(livenessProbe, target), before: true, onVerdict, signal })
    }
  }

  #set(state: ContainerState, isReady: boolean): void {
    this.#state = state
    this.#isReady = isReady
    this.#options.onChange()
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#stopping
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
