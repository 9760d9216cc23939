import * as z from 'zod'
import { type ArgumentRole, argumentRoleSchema, effectSchema, toolNameSchema } from '../../../runtime/protocol/action.ts'
import { integritySchema, type Label, sensitivitySchema } from '../../../runtime/protocol/label.ts'
import { defaultPolicy } from '../../../runtime/policy/default-policy.ts'
import { unknownLabel } from '../../../runtime/policy/label-lattice.ts'
import type { PolicyData, ToolPolicy } from '../../../runtime/policy/policy-data.ts'

const readersSchema = z.union([z.literal('all'), z.array(z.string()), z.string().transform((reader) => [reader])])

const toolSchema = z.object({
  effect: effectSchema,
  /** Effect of a call that names no destination, where that differs. */
  effectWithoutDestination: effectSchema.optional(),
  consequential: z.boolean().optional(),
  args: z.record(z.string(), argumentRoleSchema).default({}),
  output: z
    .object({
      integrity: integritySchema.default('untrusted'),
      sensitivity: sensitivitySchema.default('sensitive'),
      readers: readersSchema.default([]),
      /** Fields of a result's records that no author of content can choose. */
      assigned: z.array(z.string()).default([]),
    })
    .nullish(),
})

const entrySchema = z.union([
  z.string().transform((id) => ({ id, clearance: 'internal' as const })),
  z.object({ id: z.string(), clearance: sensitivitySchema.default('internal') }),
])

/** What is said of a foreign tool, in our terms. */
export interface AnnotatedTool {
  readonly declaration: ToolPolicy
  readonly label: Label
  readonly assigned: readonly string[]
}

interface Given {
  readonly tools: Readonly<Record<string, z.infer<typeof toolSchema>>>
  readonly addressBook: PolicyData['destinations']
}

/** Foreign tools and the address book, described in general and beside the data. */
export class Annotations {
  readonly tools: ReadonlyMap<string, AnnotatedTool>
  readonly #given: Given
  readonly #consequential: ReadonlySet<string>
  readonly #destinations: PolicyData['destinations']

  constructor(given: Given) {
    this.#given = given
    const entries = Object.entries(given.tools)
    this.#destinations = given.addressBook
    this.tools = new Map(entries.map(([name, tool]) => [name, annotatedTool(name, tool)]))
    this.#consequential = new Set(
      entries
        .filter(([, { consequential, effect }]) => consequential ?? (effect === 'egress' || effect === 'destructive'))
        .map(([name]) => name),
    )
  }

  isConsequential(tool: string): boolean {
    return this.#consequential.has(tool)
  }

  roleOf(tool: string, argument: string): ArgumentRole {
    const roles = this.tools.get(tool)?.declaration.arguments ?? {}
    return (Object.hasOwn(roles, argument) ? roles[argument] : undefined) ?? 'destination'
  }

  /** The same, where arguments that a schema has and no annotation describes count as destinations: the strictest role. */
  withSchemas(schemas: ReadonlyMap<string, readonly string[]>): Annotations {
    const tools = Object.entries(this.#given.tools).map(([name, tool]) => {
      const undescribed = (schemas.get(name) ?? []).filter((argument) => !Object.hasOwn(tool.args, argument))
      return [
        name,
        { ...tool, args: { ...Object.fromEntries(undescribed.map((argument) => [argument, 'destination' as const])), ...tool.args } },
      ]
    })
    return new Annotations({ ...this.#given, tools: Object.fromEntries(tools) as Given['tools'] })
  }

  /** The product's default policy, with these tools and this address book. Nothing else of it changes. */
  policy(): PolicyData {
    const tools = Object.fromEntries([...this.tools].map(([name, { declaration }]) => [name, declaration]))
    return { ...defaultPolicy, tools, destinations: this.#destinations }
  }
}

function annotatedTool(name: string, { effect, effectWithoutDestination, args, output }: z.infer<typeof toolSchema>): AnnotatedTool {
  const source = `tool:${name}`
  const label = output === null || output === undefined ? unknownLabel(source) : { ...output, sources: [source] }
  const { integrity, sensitivity, readers, sources } = label
  return {
    declaration: { effect, arguments: args, ...(effectWithoutDestination === undefined ? {} : { effectWithoutDestination }) },
    label: { integrity, sensitivity, readers: readers === 'all' ? 'all' : [...readers].sort(), sources },
    assigned: output?.assigned ?? [],
  }
}

export const annotationsSchema = z
  .object({ tools: z.record(toolNameSchema, toolSchema), addressBook: z.array(entrySchema).default([]) })
  .transform((given) => new Annotations(given))
