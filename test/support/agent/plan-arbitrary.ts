import * as fc from 'fast-check'
import type { Expression, Plan, Step } from '../../../runtime/agent/plan.ts'

export const sourceTools = ['src.a', 'src.b', 'src.c'] as const

function expressionArbitrary(handles: readonly string[]): fc.Arbitrary<Expression> {
  const literal = fc.constantFrom('x', 1, null).map((value): Expression => ({ kind: 'literal', value }))
  if (handles.length === 0) return literal
  const path = fc.constantFrom(undefined, ['id'], ['body'], ['id', 'deep'])
  const handle = fc
    .record({ handle: fc.constantFrom(...handles), path })
    .map(({ handle, path }): Expression => ({ kind: 'handle', handle, ...(path === undefined ? {} : { path }) }))
  const simple = fc.oneof(literal, { weight: 3, arbitrary: handle })
  return fc.oneof(
    { weight: 4, arbitrary: simple },
    fc.array(simple, { maxLength: 2 }).map((items): Expression => ({ kind: 'list', items })),
    fc.array(simple, { maxLength: 2 }).map((parts): Expression => ({ kind: 'text', parts })),
    simple.map((inner): Expression => ({ kind: 'record', fields: { f: inner } })),
  )
}

type Answer = (Step & { kind: 'read' })['answer']
const answers: readonly Answer[] = [
  { type: 'text', limit: 10 },
  { type: 'boolean' },
  { type: 'choice', options: ['p', 'q', 'r', 's'] },
  { type: 'number', least: 0, most: 7 },
  { type: 'texts', limit: 5, most: 3 },
]

function stepArbitrary(handle: string, handles: readonly string[], depth: number): fc.Arbitrary<Step> {
  const expression = expressionArbitrary(handles)
  const call = fc
    .record({ tool: fc.constantFrom(...sourceTools, 'put'), q: expression, c: expression })
    .map(({ tool, q, c }): Step => ({ kind: 'call', handle, tool, arguments: { q, c } }))
  const read = fc
    .record({ inputs: fc.array(expression, { maxLength: 2 }), answer: fc.constantFrom(...answers) })
    .map(({ inputs, answer }): Step => ({ kind: 'read', handle, question: 'q', inputs, answer }))
  const select = fc
    .record({
      from: expression,
      field: fc.constantFrom('id', 'body'),
      value: expression,
      way: fc.constantFrom('equals' as const, 'extreme' as const),
    })
    .map(({ from, field, value, way }): Step => ({
      kind: 'select',
      handle,
      from,
      by: way === 'equals' ? { way, field, value } : { way, field, which: 'greatest' },
    }))
  const say = fc.array(expression, { minLength: 1, maxLength: 2 }).map((parts): Step => ({ kind: 'answer', parts }))
  const flat = fc.oneof({ weight: 4, arbitrary: call }, { weight: 2, arbitrary: read }, select, say)
  if (depth === 0) return flat
  const inner = (known: readonly string[], prefix: string): fc.Arbitrary<Step[]> =>
    stepsArbitrary(known, { prefix, depth: depth - 1, maxLength: 2 })
  const branch = fc
    .record({
      condition: expression,
      equals: fc.constantFrom(true, 'x', 'p', 3),
      steps: inner(handles, `${handle}t`),
      otherwise: inner(handles, `${handle}o`),
    })
    .map((given): Step => ({ kind: 'if', ...given }))
  const loop = fc
    .record({ over: expression, limit: fc.integer({ min: 1, max: 3 }), steps: inner([...handles, `${handle}i`], `${handle}l`) })
    .filter(({ steps }) => steps.length > 0)
    .map((given): Step => ({ kind: 'forEach', handle, item: `${handle}i`, ...given }))
  return fc.oneof({ weight: 4, arbitrary: flat }, branch, loop)
}

function stepsArbitrary(
  handles: readonly string[],
  { prefix, depth, maxLength }: { readonly prefix: string; readonly depth: number; readonly maxLength: number },
): fc.Arbitrary<Step[]> {
  const grow = (steps: readonly Step[], known: readonly string[], left: number): fc.Arbitrary<Step[]> => {
    if (left === 0) return fc.constant([...steps])
    const handle = `${prefix}${String(steps.length)}`
    return stepArbitrary(handle, known, depth).chain((step) =>
      grow([...steps, step], 'handle' in step ? [...known, handle] : known, left - 1),
    )
  }
  return fc.integer({ min: depth === 2 ? 3 : 0, max: maxLength }).chain((length) => grow([], handles, length))
}

/** Random plans over three sources and one place to write, in which every handle is given before it is used. */
export const planArbitrary: fc.Arbitrary<Plan> = stepsArbitrary([], { prefix: 'h', depth: 2, maxLength: 6 })
  .filter((steps) => steps.length > 0)
  .map((steps) => ({ schemaVersion: 1, steps }))
