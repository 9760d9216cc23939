import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { apiClient, type Cluster } from '../../../../operator/cluster/api-client.ts'
import { ApiError, ApiUnreachable } from '../../../../operator/cluster/api-error.ts'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import { answerJson, scriptedApiServer, type Answer, type ScriptedApiServer } from '../../../support/scripted-api-server.ts'

async function clientFor(t: TestContext, answer: Answer): Promise<{ api: ScriptedApiServer; cluster: Cluster }> {
  const api = await scriptedApiServer(answer)
  t.after(api.close)
  return { api, cluster: apiClient({ connection: api.connection, timeoutMs: 500, busyDelayMs: 5, signal: new AbortController().signal }) }
}

const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'aria-agent', namespace: 'team-a' },
  spec: {
    podSelector: { matchLabels: { role: 'agent' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { role: 'nextcloud' } } }], ports: [{ protocol: 'TCP', port: 8443 }] }],
    egress: [{ to: [{ ipBlock: { cidr: '192.0.2.1/32' } }], ports: [{ protocol: 'TCP', port: 587 }] }],
  },
}

describe('the API client', { timeout: 60_000 }, () => {
  it('puts every field of a policy on the wire, from and to included', async (t) => {
    const { api, cluster } = await clientFor(t, (request, response) => answerJson(response, 200, JSON.parse(request.body)))
    const answer = await cluster.apply(policy, { manager: 'moltagent-operator' })
    const [request] = api.requests
    assert.equal(request?.method, 'PATCH')
    assert.equal(request?.path, '/apis/networking.k8s.io/v1/namespaces/team-a/networkpolicies/aria-agent')
    assert.deepEqual(request?.query, { fieldManager: 'moltagent-operator', force: 'true' })
    assert.equal(request?.headers['content-type'], 'application/apply-patch+yaml')
    assert.equal(request?.body, JSON.stringify(policy))
    assert.deepEqual(answer, policy)
  })

  it('applies status through the subresource alone', async (t) => {
    const { api, cluster } = await clientFor(t, (request, response) => answerJson(response, 200, JSON.parse(request.body)))
    const object = {
      apiVersion: 'moltagent.cloud/v1alpha1',
      kind: 'Moltagent',
      metadata: { name: 'aria', namespace: 'team-a' },
      status: {},
    }
    await cluster.apply(object, { manager: 'moltagent-operator-status', subresource: 'status' })
    assert.equal(api.requests[0]?.path, '/apis/moltagent.cloud/v1alpha1/namespaces/team-a/moltagents/aria/status')
  })

  it('says what it was doing and what the server said', async (t) => {
    const { cluster } = await clientFor(t, (_request, response) =>
      answerJson(response, 403, { kind: 'Status', code: 403, reason: 'Forbidden', message: 'networkpolicies is forbidden' }),
    )
    await assert.rejects(cluster.apply(policy, { manager: 'm' }), (error: unknown) => {
      assert.ok(error instanceof ApiError)
      assert.equal(error.message, 'applying NetworkPolicy team-a/aria-agent: networkpolicies is forbidden')
      assert.equal(error.status, 403)
      assert.equal(error.isRefusal, true)
      return true
    })
  })

  it('answers undefined for what is not there, and lists with kind and version', async (t) => {
    const { api, cluster } = await clientFor(t, (request, response) =>
      request.query['labelSelector'] === undefined
        ? answerJson(response, 404, { kind: 'Status', code: 404 })
        : answerJson(response, 200, { items: [{ metadata: { name: 'a' } }] }),
    )
    assert.equal(await cluster.get(kinds.secret, 'team-a', 'x'), undefined)
    const listed = await cluster.list(kinds.pod, 'team-a', { a: 'b', 'c.d/e': 'f' })
    assert.deepEqual(listed, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }])
    assert.equal(api.requests[1]?.query['labelSelector'], 'a=b,c.d/e=f')
  })

  it('deletes by UID, and takes gone or replaced for done', async (t) => {
    let status = 404
    const { api, cluster } = await clientFor(t, (_request, response) => answerJson(response, status, { kind: 'Status', code: status }))
    await cluster.remove(kinds.virtualMachine, 'team-a', 'x', { uid: 'u-1', gracePeriodSeconds: 0 })
    status = 409
    await cluster.remove(kinds.virtualMachine, 'team-a', 'x', { uid: 'u-1' })
    status = 500
    await assert.rejects(cluster.remove(kinds.virtualMachine, 'team-a', 'x', { uid: 'u-1' }), ApiError)
    assert.deepEqual(JSON.parse(api.requests[0]?.body ?? ''), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid: 'u-1' },
      gracePeriodSeconds: 0,
    })
  })

  it('gives up on a server that does not answer in time', async (t) => {
    const { cluster } = await clientFor(t, () => {})
    await assert.rejects(cluster.get(kinds.secret, 'team-a', 'x'), ApiUnreachable)
  })

  it('does not take a cut-off answer for an object', async (t) => {
    const { cluster } = await clientFor(t, (_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"kind":"Secret","metadata":')
      setTimeout(() => response.socket?.destroy(), 20)
    })
    await assert.rejects(cluster.get(kinds.secret, 'team-a', 'x'), ApiUnreachable)
  })

  it('sends again once what met a socket that the server had just closed', async (t) => {
    let number = 0
    const { api, cluster } = await clientFor(t, (request, response) => {
      number += 1
      if (number === 2) response.socket?.destroy()
      else answerJson(response, 200, JSON.parse(request.body))
    })
    await cluster.apply(policy, { manager: 'm' })
    await cluster.apply(policy, { manager: 'm' })
    assert.equal(api.requests.length, 3)
  })

  it('waits and sends again when the server says that it is too busy', async (t) => {
    let number = 0
    const { cluster } = await clientFor(t, (request, response) => {
      number += 1
      if (number === 1) answerJson(response, 429, { kind: 'Status', code: 429 })
      else answerJson(response, 200, JSON.parse(request.body))
    })
    await cluster.apply(policy, { manager: 'm' })
    assert.equal(number, 2)
  })
})
