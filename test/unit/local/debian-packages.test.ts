import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ensurePrograms } from '../../../local/setup/debian-packages.ts'

const needed = [
  { program: 'no-such-program-1', debianPackage: 'package-one' },
  { program: 'sh', debianPackage: 'dash' },
  { program: 'no-such-program-2', debianPackage: 'package-one' },
]

function setUp(isRoot: boolean): { readonly installed: string[][]; readonly run: () => void } {
  const installed: string[][] = []
  const world = {
    searchPath: '/bin',
    isRoot,
    say: () => undefined,
    install: (packages: readonly string[]) => installed.push([...packages]),
  }
  return { installed, run: () => ensurePrograms(needed, world) }
}

test('as root the packages of the missing programs are installed, each once', () => {
  const { installed, run } = setUp(true)
  run()
  assert.deepEqual(installed, [['package-one']])
})

test('otherwise the error names the programs and the command', () => {
  const { installed, run } = setUp(false)
  assert.throws(run, /looking for no-such-program-1, no-such-program-2: .*sudo apt-get install package-one$/)
  assert.deepEqual(installed, [])
})
