import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readConfig } from '../../../operator/config.ts'

const image = `registry.example.org/agent@sha256:${'a'.repeat(64)}`

describe('the configuration', () => {
  it('has a default for everything, and empty variables count as missing', () => {
    const config = readConfig({ MOLTAGENT_IMAGE_AGENT: '', MOLTAGENT_MODELS: '', MOLTAGENT_WATCH_NAMESPACES: '' })
    assert.deepEqual(config.desired.images, {})
    assert.deepEqual(config.desired.models, [])
    assert.deepEqual(config.watchNamespaces, [])
    assert.equal(config.lease.seconds, 15)
  })

  it('takes what the chart gives', () => {
    const config = readConfig({
      MOLTAGENT_NAMESPACE: 'home',
      MOLTAGENT_WATCH_NAMESPACES: 'a, b',
      MOLTAGENT_IMAGE_AGENT: image,
      MOLTAGENT_SURROUNDINGS: '{"apiServers":[{"host":"192.0.2.1","port":6443}]}',
      MOLTAGENT_GATEWAY_POD_LABELS: '{"app":"gateway"}',
    })
    assert.deepEqual(config.watchNamespaces, ['a', 'b'])
    assert.deepEqual(config.desired.images, { agent: image })
    assert.deepEqual(config.desired.surroundings, { apiServers: [{ host: '192.0.2.1', port: 6443 }], nodes: [], nameServers: [] })
    assert.deepEqual(config.desired.gatewayPods, { namespace: 'home', labels: { app: 'gateway' } })
  })

  it('names every variable that is wrong, in one sentence', () => {
    assert.throws(
      () => readConfig({ MOLTAGENT_IMAGE_AGENT: 'agent:latest', MOLTAGENT_MODELS: '{', MOLTAGENT_WRITERS: '0' }),
      /reading the configuration: .*MOLTAGENT_IMAGE_AGENT: must be an image by digest.*MOLTAGENT_MODELS: must be JSON.*MOLTAGENT_WRITERS/,
    )
  })
})
