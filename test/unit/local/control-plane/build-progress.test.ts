import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBuildProgress } from '../../../../local/control-plane/build-progress.ts'

test('a build tells now and then how far it is and how long the rest takes at this pace', () => {
  let nowMs = 0
  const told: string[] = []
  const progress = createBuildProgress({ packages: 400, clock: () => nowMs, report: (line) => told.push(line) })
  for (let compiled = 1; compiled <= 100; compiled += 1) {
    nowMs += 600
    progress.onLine(`k8s.io/package/number${compiled}`)
  }
  assert.deepEqual(told, [
    'compiled 25 of at most 400 packages, about 4 minutes left',
    'compiled 50 of at most 400 packages, about 4 minutes left',
    'compiled 75 of at most 400 packages, about 4 minutes left',
    'compiled 100 of at most 400 packages, about 3 minutes left',
  ])
})

test('lines that are no packages are not counted, and downloads are passed on', () => {
  const told: string[] = []
  const progress = createBuildProgress({ packages: 2, clock: () => 0, report: (line) => told.push(line) })
  progress.onLine('# k8s.io/broken')
  progress.onLine('main.go:3: undefined: x')
  progress.onLine('go: downloading k8s.io/api v0.34.2')
  assert.deepEqual(told, ['go: downloading k8s.io/api v0.34.2'])
})
