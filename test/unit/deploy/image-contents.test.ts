import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import * as z from 'zod'

const root = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** What the chart starts, as the sources it is built from. */
const startedByChart = [
  ...`${read('charts/moltagent-operator/templates/operator.yaml')}${read('charts/moltagent-operator/templates/gateway.yaml')}`.matchAll(
    /command: \[node, (?:--[\w=-]+, )*dist\/(.*?)\.js\]/g,
  ),
]
  .map(([, program]) => `${program ?? ''}.ts`)
  .filter((path) => existsSync(join(root, path)))

/** `import … from 'x'` that is not of types alone, at the start of a line, or `import('x')` anywhere. */
const importPattern = /^(?:import|export)\s(?!type\s)(?:[^'"\n;]|\n(?!import|export))*?from '([^'\n]+)'|import\('([^'\n]+)'\)/gm

/** Every file that a program imports, at once or later, and every package. */
function reachable(entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, atOnce, later] of readFileSync(file, 'utf8').matchAll(importPattern)) follow(file, atOnce ?? later ?? '')
  }
  const follow = (file: string, specifier: string): void => {
    if (specifier === '' || isBuiltin(specifier)) return
    if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier))
    else
      packages.add(
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
  }
  visit(join(root, entry))
  return { files, packages }
}

const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')))
const copied = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1))

test('the chart starts the operator', () => assert.ok(startedByChart.includes('operator/main.ts')))

for (const program of startedByChart) {
  const { files, packages } = reachable(program)

  test(`${program}: the image has every package that it imports`, () => {
    assert.ok(packages.size > 1)
    assert.deepEqual(
      [...packages].filter((name) => !(name in dependencies)),
      [],
    )
  })

  test(`${program}: every file that it imports is copied into the image's build`, () => {
    const folders = new Set([...files].map((file) => file.slice(root.length + 1).split('/')[0] ?? ''))
    assert.deepEqual(
      [...folders].filter((folder) => !copied.includes(folder)),
      [],
    )
  })
}
