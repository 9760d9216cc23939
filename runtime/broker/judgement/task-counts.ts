import type { Effect } from '../../protocol/action.ts'
import type { DecisionContext } from '../../policy/decision-context.ts'

type Spent = Partial<Record<Effect, number>>

interface TaskCount {
  readonly spent: Spent
  readonly questions: number
}

const hourMs = 3_600_000
/** Tasks remembered. The oldest is forgotten first: its caps of the day and of the hour still hold. */
const mostTasks = 10_000

const more = (spent: Spent, effect: Effect): Spent => ({ ...spent, [effect]: (spent[effect] ?? 0) + 1 })

/** What was done and asked, by task, hour and day: the broker's own counts, whatever the agent says. */
export class TaskCounts {
  readonly #now: () => Date
  readonly #tasks = new Map<string, TaskCount>()
  #day = ''
  #today: Spent = {}
  #askedAt: readonly number[] = []

  constructor(now: () => Date) {
    this.#now = now
  }

  context(task: string): Pick<DecisionContext, 'spent' | 'questions'> {
    this.#turnDay()
    const { spent, questions } = this.#of(task)
    const since = this.#now().getTime() - hourMs
    this.#askedAt = this.#askedAt.filter((at) => at > since)
    return { spent: { task: spent, day: this.#today }, questions: { task: questions, hour: this.#askedAt.length } }
  }

  countCall(task: string, effect: Effect): void {
    this.#turnDay()
    const count = this.#of(task)
    this.#set(task, { ...count, spent: more(count.spent, effect) })
    this.#today = more(this.#today, effect)
  }

  countQuestion(task: string): void {
    const count = this.#of(task)
    this.#set(task, { ...count, questions: count.questions + 1 })
    this.#askedAt = [...this.#askedAt, this.#now().getTime()]
  }

  #of(task: string): TaskCount {
    return this.#tasks.get(task) ?? { spent: {}, questions: 0 }
  }

  #set(task: string, count: TaskCount): void {
    this.#tasks.delete(task)
    this.#tasks.set(task, count)
    const [oldest] = this.#tasks.keys()
    if (this.#tasks.size > mostTasks && oldest !== undefined) this.#tasks.delete(oldest)
  }

  #turnDay(): void {
    const day = this.#now().toISOString().slice(0, 10)
    if (day !== this.#day) this.#today = {}
    this.#day = day
  }
}
