import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { createAuthority, renewAuthority } from '../../../operator/certificates/authority.ts'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'
import { issueLeaf, type LeafUse } from '../../../operator/certificates/leaf.ts'
import { isSoundAuthority, leafReplacementReason } from '../../../operator/certificates/replacement-reason.ts'
import { renewalTime } from '../../../operator/certificates/validity.ts'
import { handshake } from '../../support/tls-handshake.ts'

const uid = '6a0b1f6e-27b5-4c5a-9d3b-0f6c2d6f1a11'
const name = 'aria-nextcloud.team-a.svc'
const dnsNames = [name, uid]
const now = new Date()
const dayMs = 86_400_000

const authorityFor = (names = dnsNames, lifetimeDays = 3650, at = now): Promise<CertificatePair> =>
  createAuthority({ uid, dnsNames: names, now: at, lifetimeDays })

const leafFor = (authority: CertificatePair, use: LeafUse = 'server', names = [name], at = now): Promise<CertificatePair> =>
  issueLeaf(authority, { holder: 'nextcloud', uid, use, dnsNames: names, now: at, lifetimeDays: 365 })

test('a client that trusts the authority accepts the leaf by its name', async () => {
  const authority = await authorityFor()
  const leaf = await leafFor(authority)
  assert.deepEqual(await handshake({ server: leaf, trusted: authority.certificate, servername: name }), {
    accepted: true,
    client: undefined,
  })
})

test('a client refuses a leaf of another instance', async () => {
  const leaf = await leafFor(await authorityFor())
  const other = await authorityFor()
  const outcome = await handshake({ server: leaf, trusted: other.certificate, servername: name })
  assert.equal(outcome.accepted, false)
})

test('a client refuses a leaf under another name', async () => {
  const authority = await authorityFor()
  const outcome = await handshake({ server: await leafFor(authority), trusted: authority.certificate, servername: uid })
  assert.equal(outcome.accepted, false)
})

test('a leaf for a name outside the authority constraints is refused by TLS itself', async () => {
  const authority = await authorityFor()
  const leaf = await leafFor(authority, 'server', ['bank.example'])
  const outcome = await handshake({ server: leaf, trusted: authority.certificate, servername: 'bank.example' })
  assert.match(outcome.accepted ? '' : outcome.why, /permitted subtree/i)
})

test('a leaf that has expired is refused', async () => {
  const past = new Date(now.getTime() - 400 * dayMs)
  const authority = await authorityFor(dnsNames, 3650, past)
  const outcome = await handshake({
    server: await leafFor(authority, 'server', [name], past),
    trusted: authority.certificate,
    servername: name,
  })
  assert.match(outcome.accepted ? '' : outcome.why, /expired/)
})

test('a server that asks for certificates tells agent and gateway apart and refuses server leaves as clients', async () => {
  const authority = await authorityFor()
  const server = await leafFor(authority)
  const gateway = await issueLeaf(authority, { holder: 'gateway', uid, use: 'peer', dnsNames: [uid], now, lifetimeDays: 365 })
  const known = await handshake({ server, trusted: authority.certificate, servername: name, client: gateway })
  assert.deepEqual(known, { accepted: true, client: { holder: 'gateway', uid } })
  const wrongUse = await handshake({ server, trusted: authority.certificate, servername: name, client: await leafFor(authority, 'server') })
  assert.equal(wrongUse.accepted, false)
  const foreign = await handshake({
    server,
    trusted: authority.certificate,
    servername: name,
    client: await leafFor(await authorityFor(), 'client'),
  })
  assert.equal(foreign.accepted, false)
})

test('a leaf cannot sign a certificate', async () => {
  const authority = await authorityFor()
  const leaf = await leafFor(authority, 'peer')
  const forged = await issueLeaf(leaf, { holder: 'agent', uid, use: 'server', dnsNames: [name], now, lifetimeDays: 30 })
  const chain = { certificate: forged.certificate + leaf.certificate, privateKey: forged.privateKey }
  const outcome = await handshake({ server: chain, trusted: authority.certificate, servername: name })
  assert.equal(outcome.accepted, false)
})

test('no leaf outlives its authority', async () => {
  const authority = await authorityFor(dnsNames, 30)
  const leaf = new X509Certificate((await leafFor(authority)).certificate)
  assert.equal(leaf.validTo, new X509Certificate(authority.certificate).validTo)
})

test('renewal is due at two thirds of the life and not before', async () => {
  const authority = await authorityFor()
  const leaf = await leafFor(authority)
  const certificate = new X509Certificate(leaf.certificate)
  const due = renewalTime({ notBefore: certificate.validFromDate, notAfter: certificate.validToDate })
  assert.equal(Math.round((due.getTime() - now.getTime()) / dayMs), 243)
  const wanted = { dnsNames: [name] }
  assert.equal(leafReplacementReason(leaf, authority, { ...wanted, now: new Date(due.getTime() - 1) }), undefined)
  assert.match(leafReplacementReason(leaf, authority, { ...wanted, now: due }) ?? '', /two thirds/)
})

/** The signature is the certificate's last field: its last byte changed, all else is as the authority signed it. */
function withBrokenSignature(pem: string): string {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`
}

test('a leaf is replaced when its authority, names, key or text are not as wanted', async () => {
  const authority = await authorityFor()
  const other = await authorityFor()
  const leaf = await leafFor(authority)
  const wanted = { dnsNames: [name], now }
  assert.equal(leafReplacementReason(leaf, authority, wanted), undefined)
  assert.match(leafReplacementReason(leaf, other, wanted) ?? '', /another authority/)
  assert.match(leafReplacementReason(leaf, authority, { dnsNames, now }) ?? '', /other names/)
  const two = await leafFor(authority, 'server', [name, 'one.example.org'])
  assert.match(leafReplacementReason(two, authority, { dnsNames: [name, 'two.example.org'], now }) ?? '', /other names/)
  const forged = { ...leaf, certificate: withBrokenSignature(leaf.certificate) }
  assert.match(leafReplacementReason(forged, authority, wanted) ?? '', /another authority/)
  assert.match(leafReplacementReason({ ...leaf, privateKey: other.privateKey }, authority, wanted) ?? '', /belong together/)
  assert.match(leafReplacementReason({ ...leaf, certificate: 'garbage' }, authority, wanted) ?? '', /cannot be read/)
  assert.match(leafReplacementReason(leaf, authority, { dnsNames: [name], now: new Date(now.getTime() - dayMs) }) ?? '', /not valid yet/)
})

test('an authority is sound when certificate and key can be read, belong together and may sign', async () => {
  const authority = await authorityFor()
  assert.ok(isSoundAuthority(authority))
  assert.ok(!isSoundAuthority(await leafFor(authority)))
  assert.ok(!isSoundAuthority({ ...authority, privateKey: (await authorityFor()).privateKey }))
  assert.ok(!isSoundAuthority({ ...authority, certificate: '' }))
})

test('an authority is renewed under its old key: machines restarted one at a time know each other all the while', async () => {
  const before = await authorityFor()
  const after = await renewAuthority(before, { uid, dnsNames: [...dnsNames, 'new.example.org'], now, lifetimeDays: 3650 })
  assert.notEqual(after.certificate, before.certificate)
  for (const [signer, trusted] of [
    [before, after],
    [after, before],
    [after, after],
  ] as const) {
    const outcome = await handshake({ server: await leafFor(signer), trusted: trusted.certificate, servername: name })
    assert.deepEqual(outcome, { accepted: true, client: undefined })
  }
  const renamed = await leafFor(after, 'server', ['new.example.org'])
  assert.equal((await handshake({ server: renamed, trusted: after.certificate, servername: 'new.example.org' })).accepted, true)
  assert.equal((await handshake({ server: renamed, trusted: before.certificate, servername: 'new.example.org' })).accepted, false)
  assert.equal(leafReplacementReason(await leafFor(before), after, { dnsNames: [name], now }), undefined)
})

test('an authority without names is not made', async () => {
  await assert.rejects(authorityFor([]), /at least one DNS name/)
})

test('unreadable authority: the error says whose it is', async () => {
  const authority = await authorityFor()
  await assert.rejects(leafFor({ ...authority, certificate: 'garbage' }), new RegExp(`certificate of the authority of ${uid}`))
  await assert.rejects(leafFor({ ...authority, privateKey: 'garbage' }), new RegExp(`private key of the authority of ${uid}`))
})
