import * as z from 'zod'

export interface OpenApiSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema
  readonly [keyword: string]: unknown
}

/** What a CRD's structural schema may hold, and all that ours does. A zod feature that emits anything else is an error here, not in a cluster. */
export const allowedKeywords: ReadonlySet<string> = new Set([
  'type',
  'format',
  'description',
  'default',
  'properties',
  'required',
  'items',
  'additionalProperties',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
])

function requireAllowed(schema: OpenApiSchema, path: string): void {
  for (const keyword of Object.keys(schema)) {
    const closed = keyword === 'additionalProperties' && typeof schema[keyword] !== 'object'
    if (closed || !allowedKeywords.has(keyword))
      throw new Error(`making the CRD's schema: ${path} uses ${keyword}, which a CRD does not take`)
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) requireAllowed(property, `${path}.${name}`)
  if (schema.items) requireAllowed(schema.items, `${path}[]`)
  if (schema.additionalProperties) requireAllowed(schema.additionalProperties, `${path}{}`)
}

/** A zod schema in the form that CRDs take: what users may write (input), no references, only allowed keywords. */
export function openApiSchema(schema: z.ZodType, path: string): OpenApiSchema {
  const json: unknown = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' })
  const converted = json as OpenApiSchema
  requireAllowed(converted, path)
  return converted
}
