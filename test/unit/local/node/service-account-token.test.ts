import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubernetesClient } from '../../../../local/kubernetes/client.ts'
import { podSchema } from '../../../../local/node/pod.ts'
import { createTokenSource } from '../../../../local/node/process-pod/service-account-token.ts'

const pod = podSchema.parse({ metadata: { namespace: 'a', name: 'p', uid: 'u' }, spec: { containers: [], serviceAccountName: 'robot' } })
const start = Date.parse('2030-01-01T00:00:00Z')

test('a token is bound to the pod, kept, and renewed when four fifths of its life are over; each audience has its own', async () => {
  let [nowMs, given] = [start, 0]
  const asked: unknown[] = []
  const kubelet: Pick<KubernetesClient, 'request'> = {
    request(_method, path, options) {
      asked.push([path, options?.body])
      given += 1
      return Promise.resolve({ status: { token: `token${given}`, expirationTimestamp: new Date(nowMs + 3_600_000).toISOString() } })
    },
  }
  const token = createTokenSource(kubelet, pod, () => new Date(nowMs))
  const request = { expirationSeconds: 3600 }
  assert.equal(await token(request), 'token1')
  nowMs += 2_879_000
  assert.equal(await token(request), 'token1')
  assert.equal(await token({ ...request, audience: 'vault' }), 'token2')
  nowMs += 2_000
  assert.equal(await token(request), 'token3')
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u' }
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600, boundObjectRef } }
  assert.deepEqual(asked[0], ['/api/v1/namespaces/a/serviceaccounts/robot/token', body])
})
