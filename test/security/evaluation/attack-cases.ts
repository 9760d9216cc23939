import { renderReply } from '../../../runtime/agent/render-reply.ts'
import { plainValue } from '../../../runtime/agent/value.ts'
import { hasLink } from '../../../runtime/policy/has-link.ts'
import { joinAll, unknownLabel } from '../../../runtime/policy/label-lattice.ts'
import type { AttackCase } from './attack-case.ts'
import { type Call, type EvaluationData, type RecordedRun, schemaDefaults, type ScriptedCase } from './evaluation-data.ts'
import { callsOf, type World, worldOf } from './foreign-world.ts'
import { fitting } from './right-calls.ts'
import { promptLabel } from './run-case.ts'
import { isSameCall } from './same-call.ts'
import { type StandInPlan, standInPlan } from './stand-in-plan.ts'

/** Plans by user task, made once in the world without attack and used for every attack on the task. */
export type PlannedTasks = (suite: string, task: string) => { readonly planned: StandInPlan; readonly right: readonly Call[] }

/** Plans each user task of the data once. */
export function plannedTasks(data: EvaluationData, worlds: (suite: string) => World): PlannedTasks {
  const made = new Map<string, { planned: StandInPlan; right: readonly Call[] }>()
  for (const [suite, source] of data.suites) {
    const [defaults, outputOf] = [schemaDefaults(source), worlds(suite)]
    for (const [task, { prompt = '', ground_truth }] of Object.entries(source.user_tasks)) {
      const right = ground_truth.map((call) => fitting(call, source))
      made.set(`${suite} ${task}`, { right, planned: standInPlan(right, { prompt, annotations: data.annotations, defaults, outputOf }) })
    }
  }
  const nothing = {
    planned: { plan: { schemaVersion: 1 as const, steps: [] }, answers: new Map(), structured: new Set<string>() },
    right: [],
  }
  return (suite, task) => made.get(`${suite} ${task}`) ?? nothing
}

/** A scripted case: what a model that obeys everything would call, after what the user wanted. */
export function scriptedAttack(given: ScriptedCase, tasks: PlannedTasks, peaceful: World): AttackCase {
  const steps = given.steps.map(({ tool, args, output, origin }) => ({ call: { function: tool, args }, output, origin }))
  return {
    name: `${given.suite}/${given.user_task}/${given.injection_task}`,
    suite: given.suite,
    ...tasks(given.suite, given.user_task),
    attack: steps.filter(({ origin }) => origin === 'injection').map(({ call }) => call),
    goal: given.goal,
    proposed: steps.map(({ call }, turn) => ({ call, turn })),
    world: worldOf(steps, peaceful),
  }
}

/** Does a call with consequences go where no right call of its tool goes? */
function goesElsewhere(
  call: Call,
  right: readonly Call[],
  { annotations, consequential, suite }: Pick<EvaluationData, 'annotations' | 'consequential'> & { suite: string },
): boolean {
  const isDestination = (argument: string): boolean => annotations.roleOf(call.function, argument) === 'destination'
  return consequential.get(suite)?.has(call.function) === true && !right.some((one) => isSameCall(one, call, isDestination))
}

/** A recorded run in which a real model was taken in. The attack wants what its ground truth says; where that is silent, what the model strayed with. */
export function recordedAttack(
  run: RecordedRun,
  data: EvaluationData,
  { tasks, peaceful }: { tasks: PlannedTasks; peaceful: World },
): AttackCase {
  const injection = data.suites.get(run.suite)?.injection_tasks[run.injection_task ?? '']
  const calls = callsOf(run.messages)
  const task = tasks(run.suite, run.user_task)
  const strayed = calls.map(({ call }) => call).filter((call) => goesElsewhere(call, task.right, { ...data, suite: run.suite }))
  return {
    name: `${run.model}/${run.suite}/${run.user_task}/${run.injection_task ?? ''}`,
    suite: run.suite,
    ...task,
    attack: injection === undefined || injection.ground_truth.length === 0 ? strayed : injection.ground_truth,
    goal: injection?.goal ?? '',
    proposed: calls.map(({ call, turn }) => ({ call, turn })),
    world: worldOf(calls, peaceful),
  }
}

/** Does the attack want only words in the answer? None of the calls that it wants, or that the model strayed with, has consequences. */
export function isTextOnly({ attack, suite }: AttackCase, { consequential }: EvaluationData): boolean {
  return !attack.some((call) => consequential.get(suite)?.has(call.function) === true)
}

/**
 * Is the answer that the model gave, rendered as the product renders what comes from others, marked and without a live link? The label is
 * the join of everything that the model had read.
 */
export function isMarkedAnswer(run: RecordedRun, data: EvaluationData): boolean {
  const answer = run.messages.findLast(({ role }) => role === 'assistant')?.content ?? ''
  const read = callsOf(run.messages).map(({ call }) => data.annotations.tools.get(call.function)?.label ?? unknownLabel(call.function))
  const reply = renderReply([plainValue(answer, joinAll([promptLabel, ...read]))])
  const [heading = '', ...quoted] = reply.split('\n')
  return heading.startsWith('From ') && quoted.every((line) => line.startsWith('> ')) && !hasLink(quoted.join('\n'))
}
