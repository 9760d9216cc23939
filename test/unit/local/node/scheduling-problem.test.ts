import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuantity } from '../../../../local/node/parse-quantity.ts'
import { podSchema, type Pod } from '../../../../local/node/pod.ts'
import { createRequestsOf, schedulingProblem, type SchedulingWorld } from '../../../../local/node/scheduling-problem.ts'

const pod = (spec: object = {}, status: object = {}): Pod =>
  podSchema.parse({ metadata: { namespace: 'a', name: 'p', uid: 'u' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec }, status })
const asking = (requests: Record<string, string>): object => ({ containers: [{ name: 'c', image: 'i', resources: { requests } }] })

const world = (changes: Partial<SchedulingWorld> = {}): SchedulingWorld => ({
  nodeLabels: { 'kubernetes.io/arch': 'amd64' },
  allocatable: { cpu: '2', memory: '1Gi', pods: '3' },
  boundPods: [],
  requestsOf: createRequestsOf(),
  claimPhase: () => 'Bound',
  ...changes,
})

test('a pod that fits has no problem', () => {
  assert.equal(
    schedulingProblem(pod({ nodeSelector: { 'kubernetes.io/arch': 'amd64' }, ...asking({ cpu: '2', memory: '1Gi' }) }), world()),
    undefined,
  )
})

test('a selector that the node does not match', () => {
  assert.match(schedulingProblem(pod({ nodeSelector: { gpu: 'yes' } }), world()) ?? '', /didn't match Pod's node affinity\/selector/)
})

test('resources that bound pods use are taken; those of ended pods are not', () => {
  const running = pod(asking({ memory: '600Mi' }), { phase: 'Running' })
  const ended = pod(asking({ memory: '600Mi' }), { phase: 'Failed' })
  const wanted = pod(asking({ memory: '500Mi' }))
  assert.match(schedulingProblem(wanted, world({ boundPods: [running] })) ?? '', /1 Insufficient memory/)
  assert.equal(schedulingProblem(wanted, world({ boundPods: [ended] })), undefined)
  assert.match(schedulingProblem(pod(), world({ boundPods: [pod(), pod(), pod()] })) ?? '', /1 Insufficient pods/)
})

test('a resource that the node does not have at all', () => {
  assert.match(
    schedulingProblem(pod(asking({ 'devices.kubevirt.io/kvm': '1' })), world()) ?? '',
    /1 Insufficient devices\.kubevirt\.io\/kvm/,
  )
})

test('claims that are missing or not bound', () => {
  const claiming = pod({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] })
  assert.match(schedulingProblem(claiming, world({ claimPhase: () => undefined })) ?? '', /persistentvolumeclaim "data" not found/)
  assert.match(schedulingProblem(claiming, world({ claimPhase: () => 'Pending' })) ?? '', /unbound immediate PersistentVolumeClaims/)
})

test('quantities', () => {
  const values = ['500m', '2', '64Mi', '1.5Gi', '1e3', '1E', '100k'].map(parseQuantity)
  assert.deepEqual(values, [0.5, 2, 67_108_864, 1_610_612_736, 1000, 1e18, 100_000])
  for (const wrong of ['', 'Mi', '1XB', '1 Gi', '1.2.3']) assert.throws(() => parseQuantity(wrong), /it is none/)
})
