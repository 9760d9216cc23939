import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from '../../../local/control-plane/run-command.ts'
import { joinCluster, type Cluster } from '../../../local/control-plane/join-cluster.ts'
import { programsUsing, startUp, type StartedUp } from '../../support/start-up.ts'
import { slowly } from '../../support/slowly.ts'

const state = mkdtempSync(join(tmpdir(), 'moltagent-up-'))
let up: StartedUp
let cluster: Cluster
before(async () => {
  up = await startUp(['--state', state])
  cluster = await joinCluster(state)
})
after(async () => {
  await up.end('SIGKILL')
  await slowly('nothing is left', () => programsUsing(state).length === 0)
  rmSync(state, { recursive: true, force: true })
})

const kubectl = (...parameters: string[]): Promise<string> => runCommand(cluster.kubectl, ['--kubeconfig', up.kubeconfig, ...parameters])
const read = async (...parameters: string[]): Promise<Answer> =>
  JSON.parse(await kubectl('--namespace', 'moltagent-system', 'get', ...parameters, '--output=json'))
// oxlint-disable-next-line typescript/no-explicit-any -- whatever the API server answers, looked at by assertions
type Answer = any

async function operatorPod(): Promise<Answer> {
  const { items } = await read('pods', '--selector=app.kubernetes.io/component=operator')
  return items.find((pod: Answer) => pod.metadata.deletionTimestamp === undefined)
}

/** The process of the pod's container: its environment names the pod. */
function processOf(podName: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`MOLTAGENT_POD_NAME=${podName}`)
    } catch {
      return false
    }
  })
  assert.ok(found !== undefined, `no process of pod ${podName}`)
  return Number(found)
}

const isReady = (pod: Answer): boolean =>
  pod?.status.conditions?.some((one: Answer) => one.type === 'Ready' && one.status === 'True') ?? false

test("the chart's Deployment is available, and its pod leads under its own ServiceAccount", async () => {
  const deployment = await read('deployment', 'moltagent-operator')
  assert.equal(deployment.status.availableReplicas, 1)
  const pod = await operatorPod()
  assert.equal(pod.status.containerStatuses[0].restartCount, 0)
  assert.match(pod.status.podIP, /^10\.244\./)
  await slowly('the operator leads', async () => {
    const lease = await read('lease', 'moltagent-operator')
    return lease.spec.holderIdentity.startsWith(pod.metadata.name)
  })
  const writes = readFileSync(cluster.auditLogPath, 'utf8')
    .trim()
    .split('\n')
    .map((line): Answer => JSON.parse(line))
  const leaseWrite = writes.find((event) => event.objectRef?.resource === 'leases' && event.objectRef.name === 'moltagent-operator')
  assert.equal(leaseWrite.user.username, 'system:serviceaccount:moltagent-system:moltagent-operator')
  assert.deepEqual(leaseWrite.user.extra['authentication.kubernetes.io/pod-uid'], [pod.metadata.uid])
})

test("the container has the chart's user, environment and token, the pod's network, and a root without the machine's homes", async () => {
  const pod = await operatorPod()
  const pid = processOf(pod.metadata.name)
  const proc = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8')
  assert.match(proc('status'), /^Uid:\t65532\t65532\t/m)
  const environment = proc('environ').split('\0')
  assert.ok(environment.includes('MOLTAGENT_NAMESPACE=moltagent-system'))
  assert.ok(environment.includes('KUBERNETES_SERVICE_HOST=10.245.0.1'))
  assert.ok(!environment.some((variable) => variable.startsWith('HOME=')), "nothing of the caller's environment")
  assert.notEqual(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync('/proc/self/ns/net'))
  const root = readdirSync(`/proc/${pid}/root`)
  assert.ok(root.includes('app'))
  assert.deepEqual(
    root.filter((name) => ['home', 'root', 'work', 'opt', 'mnt'].includes(name)),
    [],
  )
  const token = proc('root/var/run/secrets/kubernetes.io/serviceaccount/token')
  const claims: Answer = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  assert.equal(claims['kubernetes.io'].pod.uid, pod.metadata.uid)
})

test('kubectl logs shows what the container writes, its last lines, and what comes', async () => {
  const logs = ['--namespace', 'moltagent-system', 'logs', 'deployment/moltagent-operator']
  const all = await kubectl(...logs)
  assert.match(all, /operator starts/)
  assert.equal(await kubectl(...logs, '--tail=1'), `${all.trim().split('\n').at(-1)}\n`)
  const follow = new AbortController()
  const { name } = (await operatorPod()).metadata
  const path = join(state, 'logs', 'pods', `moltagent-system_${name}_operator.log`)
  const following = spawn(cluster.kubectl, ['--kubeconfig', up.kubeconfig, ...logs, '--follow'], {
    signal: follow.signal,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  following.on('error', () => undefined)
  let seen = ''
  following.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  await slowly('it shows what is there', () => seen.includes('operator starts'))
  appendFileSync(path, 'canary of the log\n')
  await slowly('it shows what comes', () => seen.includes('canary of the log'))
  follow.abort()
})

test('a container that dies is started again, and the pod is not ready meanwhile', async () => {
  const before = await operatorPod()
  process.kill(processOf(before.metadata.name), 'SIGKILL')
  await slowly('it is restarted and ready', async () => {
    const pod = await operatorPod()
    return pod.status.containerStatuses[0].restartCount === 1 && isReady(pod)
  })
  const pod = await operatorPod()
  assert.equal(pod.metadata.uid, before.metadata.uid)
  assert.equal(pod.status.containerStatuses[0].lastState.terminated.exitCode, 137)
})

test('a pod that is deleted ends in order, and the Deployment gets another one', async () => {
  const before = await operatorPod()
  await kubectl('--namespace', 'moltagent-system', 'delete', 'pod', before.metadata.name)
  await slowly('another pod is ready', async () => {
    const pod = await operatorPod()
    return pod !== undefined && pod.metadata.uid !== before.metadata.uid && isReady(pod)
  })
  const log = readFileSync(join(state, 'logs', 'pods', `moltagent-system_${before.metadata.name}_operator.log`), 'utf8')
  assert.match(log, /stop/)
})

test('a pod of a foreign image waits and says what this node runs', async () => {
  await kubectl('run', 'stranger', '--image=registry.example/stranger:1')
  await slowly('it is refused', async () => {
    const pod: Answer = JSON.parse(await kubectl('get', 'pod', 'stranger', '--output=json'))
    const waiting = pod.status.containerStatuses?.[0]?.state.waiting
    return waiting?.reason === 'ErrImagePull' && waiting.message.includes('registry.example/stranger:1')
  })
})

test('a second local up on the same state folder is refused with a sentence', async () => {
  await assert.rejects(startUp(['--state', state]), /lock is locked by another process/)
})
