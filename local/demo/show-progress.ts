import type { Progress, Step } from './progress.ts'

export interface Screen {
  readonly isTerminal: boolean
  /** Characters in a line. */
  readonly width: number
  readonly write: (text: string) => void
}

export interface ProgressView {
  /** Shows how far it is, `seconds` after the start. */
  show(progress: Progress, seconds: number): void
}

const marks = { waiting: '·', done: '✔', failed: '✖' } as const

const lineOf = (step: Step): string =>
  `  ${marks[step.state]} ${step.name}${step.detail === '' || step.state === 'done' ? '' : `: ${step.detail}`}`

/** On a terminal a block of lines that is drawn over itself; elsewhere one line for each thing that changed. */
export function createProgressView(screen: Screen): ProgressView {
  return screen.isTerminal ? liveView(screen) : plainView(screen)
}

function liveView({ write, width }: Screen): ProgressView {
  let drawn = 0
  return {
    show(progress, seconds) {
      const lines = [...progress.steps.map(lineOf), `  ${progress.phase}, ${seconds.toFixed(0)} s`].map((line) => line.slice(0, width - 1))
      const up = drawn === 0 ? '' : `\u001B[${drawn}A`
      write(`${up}${lines.map((line) => `\u001B[2K${line}\n`).join('')}\u001B[J`)
      drawn = lines.length
    },
  }
}

function plainView({ write }: Screen): ProgressView {
  const told = new Map<string, string>()
  return {
    show(progress, seconds) {
      for (const step of progress.steps) {
        const line = lineOf(step)
        if (told.get(step.name) === line) continue
        told.set(step.name, line)
        write(`${line}  (${seconds.toFixed(1)} s)\n`)
      }
    },
  }
}
