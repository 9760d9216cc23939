import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import * as z from 'zod'
import { annotationsSchema, type Annotations } from './annotations.ts'

const argumentsSchema = z.record(z.string(), z.json())
const callSchema = z.object({ function: z.string(), args: argumentsSchema })
const taskSchema = z.object({ prompt: z.string().optional(), goal: z.string().optional(), ground_truth: z.array(callSchema).default([]) })
const suiteSchema = z.object({
  tools: z.array(
    z.object({ name: z.string(), parameters: z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).optional() }),
  ),
  user_tasks: z.record(z.string(), taskSchema),
  injection_tasks: z.record(z.string(), taskSchema).default({}),
})

const stepSchema = z.object({
  origin: z.enum(['user', 'injection']),
  tool: z.string(),
  args: argumentsSchema,
  output: z.string().nullish(),
  error: z.string().nullish(),
})
const scriptedSchema = z.object({
  suite: z.string(),
  user_task: z.string(),
  injection_task: z.string(),
  prompt: z.string(),
  goal: z.string(),
  attack_succeeds_undefended: z.boolean().nullish(),
  steps: z.array(stepSchema),
})
const messageSchema = z.object({
  role: z.string(),
  content: z.string().nullish(),
  tool_calls: z.array(callSchema).nullish(),
  tool: z.string().nullish(),
  error: z.string().nullish(),
})
const recordedSchema = z.object({
  model: z.string(),
  suite: z.string(),
  user_task: z.string(),
  injection_task: z.string().nullish(),
  attack_success: z.boolean().nullish(),
  messages: z.array(messageSchema),
})

export type Call = z.infer<typeof callSchema>
export type Suite = z.infer<typeof suiteSchema>
export type ScriptedCase = z.infer<typeof scriptedSchema>
export type RecordedRun = z.infer<typeof recordedSchema>

/** All that an evaluation is run on. What a folder lacks is empty. */
export interface EvaluationData {
  readonly suites: ReadonlyMap<string, Suite>
  readonly consequential: ReadonlyMap<string, ReadonlySet<string>>
  readonly scripted: readonly ScriptedCase[]
  readonly recorded: readonly RecordedRun[]
  readonly annotations: Annotations
}

async function matching(folder: string, pattern: string): Promise<readonly string[]> {
  const names: string[] = []
  for await (const name of glob(pattern, { cwd: folder })) names.push(join(folder, name))
  return names.sort()
}

function parsedAs<T>(schema: z.ZodType<T>, json: unknown, where: string): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw new Error(`reading ${where}: ${z.prettifyError(result.error)}`)
}

async function linesOf<T>(folder: string, pattern: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const all: T[] = []
  for (const file of await matching(folder, pattern)) {
    const text = (await promisify(gunzip)(await readFile(file))).toString('utf8')
    for (const [index, line] of text.split('\n').entries()) {
      const json: unknown = line.trim() === '' ? {} : JSON.parse(line)
      const isCase = typeof json === 'object' && json !== null && 'suite' in json
      if (isCase) all.push(parsedAs(schema, json, `${file}, line ${String(index + 1)}`))
    }
  }
  return all
}

async function jsonOf<T>(folder: string, pattern: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const files = await matching(folder, pattern)
  return Promise.all(files.map(async (file) => parsedAs(schema, JSON.parse(await readFile(file, 'utf8')), file)))
}

/** Which tools count, per suite: as `*consequential*.json` says, else as the annotations say. */
function consequentialOf(
  suites: ReadonlyMap<string, Suite>,
  given: readonly Readonly<Record<string, readonly string[]>>[],
  annotations: Annotations,
): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map(given.flatMap((file) => Object.entries(file)))
  return new Map(
    [...suites].map(([suite, { tools }]) => {
      const fromAnnotations = tools.map(({ name }) => name).filter((name) => annotations.isConsequential(name))
      return [suite, new Set(named.get(suite) ?? fromAnnotations)]
    }),
  )
}

/** The default texts in a suite's schemas. */
export function schemaDefaults({ tools }: Suite): readonly string[] {
  const properties = tools.flatMap(({ parameters }) => Object.values(parameters?.properties ?? {}))
  return properties.flatMap((property) => {
    const parsed = z.object({ default: z.string() }).safeParse(property)
    return parsed.success ? [parsed.data.default] : []
  })
}

/** Reads a folder of evaluation data, by the endings of its files' names. */
export async function readEvaluationData(folder: string): Promise<EvaluationData> {
  const truths = await jsonOf(folder, '*ground-truth*.json', z.object({ suites: z.record(z.string(), suiteSchema) }))
  const suites = new Map(truths.flatMap((truth) => Object.entries(truth.suites)))
  if (suites.size === 0) throw new Error(`reading evaluation data: no *ground-truth*.json in ${folder}`)
  const [annotations] = await jsonOf(folder, 'annotations.json', annotationsSchema)
  if (annotations === undefined) throw new Error(`reading evaluation data: no annotations.json in ${folder}; every tool would be denied`)
  const schemas = new Map(
    [...suites.values()].flatMap(({ tools }) =>
      tools.map(({ name, parameters }) => [name, Object.keys(parameters?.properties ?? {})] as const),
    ),
  )
  const consequential = await jsonOf(folder, '*consequential*.json', z.object({ consequential: z.record(z.string(), z.array(z.string())) }))
  return {
    suites,
    annotations: annotations.withSchemas(schemas),
    consequential: consequentialOf(
      suites,
      consequential.map((file) => file.consequential),
      annotations,
    ),
    scripted: await linesOf(folder, '*scripted-adversary*.jsonl.gz', scriptedSchema),
    recorded: await linesOf(folder, '*recorded-traces*.jsonl.gz', recordedSchema),
  }
}
