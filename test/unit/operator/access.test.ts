import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { access, type AccessRule } from '../../../operator/api/access.ts'
import { kinds } from '../../../operator/cluster/kinds.ts'

const operatorFolder = join(import.meta.dirname, '../../../operator')

const source = readdirSync(operatorFolder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== 'cluster/kinds.ts')
  .map((name) => readFileSync(join(operatorFolder, name), 'utf8'))
  .join('\n')

const resourceOf = ({ apiVersion, plural }: { readonly apiVersion: string; readonly plural: string }): string =>
  `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${plural}`

const addressed = new Set(
  Object.entries(kinds)
    .filter(([key]) => new RegExp(`\\bkinds\\.${key}\\b`).test(source))
    .map(([, kind]) => resourceOf(kind)),
)

const granted = (rules: readonly AccessRule[]): Set<string> =>
  new Set(
    rules.flatMap(({ apiGroup, resources }) =>
      resources.filter((name) => !name.includes('/')).map((resource) => `${apiGroup}/${resource}`),
    ),
  )

const { instances, home, cluster } = access.operator

test('the operator may touch every kind that its code addresses', () => {
  const all = granted([...instances, ...home, ...cluster])
  assert.ok(addressed.size >= 8)
  assert.deepEqual(
    [...addressed].filter((resource) => !all.has(resource)),
    [],
  )
})

test('and none that its code does not address', () => {
  const all = granted([...instances, ...home, ...cluster])
  assert.deepEqual(
    [...all].filter((resource) => !addressed.has(resource)),
    [],
  )
})

test('no rule grants everything, and each says why', () => {
  for (const scopes of Object.values(access)) {
    for (const rule of [...scopes.instances, ...scopes.home, ...scopes.cluster]) {
      assert.ok(rule.why.length > 10)
      assert.ok(![rule.apiGroup, ...rule.resources, ...rule.verbs].some((word) => word.includes('*')))
    }
  }
})
