import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Role, roles } from '../../../../operator/api/roles.ts'
import { probeLists } from '../../../../operator/desired/network/probes.ts'
import { foundationFacts, machineFacts } from '../../../support/desired-facts.ts'
import { storedMoltagent } from '../../../support/stored-moltagent.ts'

type Spec = NonNullable<NonNullable<Parameters<typeof storedMoltagent>[0]>['spec']>

const lists = (role: Role, spec: Spec = {}) =>
  probeLists(storedMoltagent({ spec }), role, { ...machineFacts, surroundings: foundationFacts.configuration.surroundings })

const names = (targets: readonly { readonly name: string }[]): readonly string[] => targets.map(({ name }) => name)

test('each machine must reach its own edges of the matrix and no other', () => {
  assert.deepEqual(names(lists('agent').allowed), ['nextcloud:443/tcp', 'ollama:11434/tcp', 'gateway:8443/tcp', 'gateway:3128/tcp'])
  assert.deepEqual(names(lists('nextcloud').allowed), ['agent:8443/tcp'])
  assert.deepEqual(names(lists('ollama').allowed), [])
})

test('each machine tries the other machines where it has no edge', () => {
  const tried = (role: Role) => names(lists(role).forbidden).filter((name) => /^(nextcloud|agent|ollama|gateway):10/.test(name))
  assert.deepEqual(tried('agent'), ['nextcloud:10.96.1.1:22/tcp'])
  assert.deepEqual(tried('nextcloud'), ['ollama:10.96.1.3:11434/tcp', 'gateway:10.96.2.1:8443/tcp', 'gateway:10.96.2.1:3128/tcp'])
  assert.deepEqual(tried('ollama'), [
    'nextcloud:10.96.1.1:22/tcp',
    'nextcloud:10.96.1.1:443/tcp',
    'agent:10.96.1.2:8443/tcp',
    'gateway:10.96.2.1:8443/tcp',
    'gateway:10.96.2.1:3128/tcp',
  ])
})

test('every machine tries neighbours, API server, nodes, metadata, name servers, time and the internet, over both families', () => {
  for (const role of roles) {
    const tried = names(lists(role).forbidden)
    for (const target of [
      'other-nextcloud:10.96.3.1:443/tcp',
      'other-agent:10.96.3.2:8443/tcp',
      'other-ollama:10.96.3.3:11434/tcp',
      'api-server:10.96.0.1:443/tcp',
      'node:192.0.2.10:10250/tcp',
      'node:192.0.2.10/icmp',
      'metadata:169.254.169.254:80/tcp',
      'metadata:[fd00:ec2::254]:80/tcp',
      'name-server:10.96.0.10:53/dns',
      'name-server:10.96.0.10:853/tcp',
      'internet:1.1.1.1:443/tcp',
      'internet:[2606:4700:4700::1111]:443/tcp',
      'internet:[2606:4700:4700::1111]/icmp',
      'time:162.159.200.1:123/udp',
    ]) {
      assert.ok(tried.includes(target), `${role} tries ${target}`)
    }
    assert.equal(new Set(tried).size, tried.length)
  }
})

test('what spec.nextcloud.egress opens is not forbidden to Nextcloud, by range, port and family, and stays so for the others', () => {
  const spec: Spec = {
    nextcloud: {
      hostname: 'cloud.example.org',
      egress: [
        { cidr: '1.1.1.0/24', port: 443 },
        { cidr: '2606:4700::/32', port: 853 },
      ],
    },
  }
  const tried = (role: Role) => names(lists(role, spec).forbidden).filter((name) => name.startsWith('internet:') && name.endsWith('/tcp'))
  assert.deepEqual(tried('nextcloud'), [
    'internet:1.1.1.1:53/tcp',
    'internet:1.1.1.1:853/tcp',
    'internet:[2606:4700:4700::1111]:53/tcp',
    'internet:[2606:4700:4700::1111]:443/tcp',
  ])
  assert.equal(tried('agent').length, 6)
})
