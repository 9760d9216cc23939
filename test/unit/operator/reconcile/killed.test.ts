import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { fakeOperator } from '../../../support/operator/fake-operator.ts'
import { sceneWith, type Scene } from '../../../support/operator/fake-installation.ts'

class Killed extends Error {}

/** No machine is ever stored unless all three policies are, with rules on both sides closed by default. */
function watchInvariant({ api }: Scene): void {
  api.onChange((object, deleted) => {
    const of = (kind: string): readonly KubernetesObject[] =>
      api.all().filter((each) => each.kind === kind && each.metadata.namespace === 'team-a')
    if (deleted || (object.kind !== 'VirtualMachine' && object.kind !== 'NetworkPolicy')) return
    if (of('VirtualMachine').length === 0) return
    assert.deepEqual(
      of('NetworkPolicy')
        .map(({ metadata }) => metadata.name)
        .sort(),
      ['aria-agent', 'aria-nextcloud', 'aria-ollama'],
    )
    for (const policy of of('NetworkPolicy'))
      assert.deepEqual((policy['spec'] as { policyTypes: string[] }).policyTypes, ['Ingress', 'Egress'])
  })
}

async function ended(run: Promise<void>): Promise<boolean> {
  try {
    await run
    return true
  } catch (error) {
    if (error instanceof Killed) return false
    throw error
  }
}

const names = (scene: Scene): readonly string[] =>
  scene.api
    .all()
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort()

for (const moment of ['before', 'stored'] as const) {
  describe(`the operator killed ${moment === 'before' ? 'just before' : 'just after'} each of its writes in turn`, () => {
    it('converges after a restart, and no machine is ever without its policies', async () => {
      const whole = sceneWith()
      await fakeOperator(whole.api).settle()
      let kills = 0
      for (let fatal = 0; fatal < whole.api.writes.length; fatal += 1) {
        const scene = sceneWith()
        watchInvariant(scene)
        const operator = fakeOperator(scene.api)
        let dead = false
        scene.api.faults[moment] = (_write, number) => {
          if (number >= fatal || dead) {
            dead = true
            throw new Killed()
          }
        }
        if (!(await ended(operator.settle()))) kills += 1
        operator.stop()
        delete scene.api.faults[moment]
        const next = fakeOperator(scene.api)
        await next.settle()
        assert.deepEqual(names(scene), names(whole), `after a kill at write ${fatal}`)
        assert.equal(scene.condition('NetworkPoliciesStored')?.status, 'True')
        const settled = scene.api.writes.length
        await next.force('team-a/aria')
        assert.equal(scene.api.writes.length, settled, `settled after a kill at write ${fatal}`)
      }
      assert.equal(kills, whole.api.writes.length)
    })
  })
}
