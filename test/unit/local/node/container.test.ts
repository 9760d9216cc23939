import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podSchema } from '../../../../local/node/pod.ts'
import { containerCommand } from '../../../../local/node/process-pod/container-command.ts'
import { containerEnvironment, expand } from '../../../../local/node/process-pod/container-environment.ts'
import { containerSpecSchema } from '../../../../local/node/process-pod/container-spec.ts'
import { NotThereYet, type PodData } from '../../../../local/node/process-pod/pod-data.ts'

const pod = podSchema.parse({
  metadata: { namespace: 'a', name: 'p', uid: 'u', labels: { 'x/y': 'label' } },
  spec: { containers: [{ name: 'c', image: 'i' }], serviceAccountName: 'robot', securityContext: { runAsUser: 65_532 } },
})
const data: PodData = {
  read(_kind, name, optional) {
    if (name === 'there') return Promise.resolve({ key: Buffer.from('value') })
    return optional ? Promise.resolve(undefined) : Promise.reject(new NotThereYet(`"${name}" not found`))
  },
}
const environment = (spec: object): Promise<Readonly<Record<string, string>>> =>
  containerEnvironment({
    pod,
    container: containerSpecSchema.parse({ name: 'c', image: 'i', ...spec }),
    podIp: '10.0.0.1',
    data,
    common: { PATH: '/bin' },
  })

test('the environment has fields, keys, whole maps and expanded values, later ones over earlier ones', async () => {
  const made = await environment({
    envFrom: [{ prefix: 'P_', configMapRef: { name: 'there' } }],
    env: [
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['x/y']" } } },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'there', key: 'key' } } },
      { name: 'ABSENT', valueFrom: { secretKeyRef: { name: 'gone', key: 'key', optional: true } } },
      { name: 'URL', value: 'http://$(IP)/$(UNKNOWN)/$$(IP)' },
      { name: 'P_key', value: 'over' },
    ],
  })
  assert.deepEqual(made, {
    PATH: '/bin',
    HOSTNAME: 'p',
    P_key: 'over',
    IP: '10.0.0.1',
    LABEL: 'label',
    KEY: 'value',
    URL: 'http://10.0.0.1/$(UNKNOWN)/$(IP)',
  })
})

test('a missing Secret or key is waited for, a field that does not exist is an error', async () => {
  const needing = (valueFrom: object): Promise<unknown> => environment({ env: [{ name: 'X', valueFrom }] })
  await assert.rejects(needing({ secretKeyRef: { name: 'gone', key: 'key' } }), NotThereYet)
  await assert.rejects(needing({ configMapKeyRef: { name: 'there', key: 'other' } }), NotThereYet)
  await assert.rejects(needing({ fieldRef: { fieldPath: 'spec.secrets' } }), /there is no field spec\.secrets/)
})

test('expansion leaves what is no reference as it is', () => {
  assert.equal(expand('$HOME ${HOME} $(A)$(A) $', { A: '1' }), '$HOME ${HOME} 11 $')
})

test('a container runs in the network of its pod, as its user, with its volumes where it mounts them', () => {
  const container = containerSpecSchema.parse({
    name: 'c',
    image: 'i',
    command: ['node', '$(MAIN)'],
    args: ['--flag'],
    volumeMounts: [{ name: 'v', mountPath: '/data', readOnly: true }],
  })
  const parts = { pod, container, root: '/r', image: { folder: '/i', packages: '/n' }, netns: 'pod7', canChangeUser: true }
  const volumes = new Map([['v', '/volumes/v']])
  const command = containerCommand({ ...parts, environment: { MAIN: 'main.js' }, volumes })
  assert.deepEqual(command.slice(0, 6), ['ip', 'netns', 'exec', 'pod7', 'unshare', '--mount'])
  assert.deepEqual(command.slice(9), [
    'container',
    '/r',
    '/i',
    '/n',
    '+65532:+65532',
    '/app',
    '/volumes/v',
    '/data',
    'ro',
    '--',
    'node',
    'main.js',
    '--flag',
  ])
  assert.equal(containerCommand({ ...parts, environment: {}, volumes, canChangeUser: false })[13], '')
  assert.throws(() => containerCommand({ ...parts, environment: {}, volumes: new Map() }), /mounts v, which is no volume of the pod/)
})
