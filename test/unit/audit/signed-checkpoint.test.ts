import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  checkpointText,
  ed25519PublicKey,
  isSignedBy,
  noteKeyId,
  parseSignedCheckpoint,
  signedCheckpointNote,
} from '../../../runtime/protocol/signed-checkpoint.ts'

// The example of golang.org/x/mod/sumdb/note: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW.
const knownKey = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1).toString('base64url')
const knownText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const knownSignature = Buffer.from('x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=', 'base64')

const origin = 'moltagent.example/log'
const checkpoint = { origin, size: 20852163, root: Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64') }

test('key ids and signatures are those of C2SP signed notes', () => {
  assert.equal(noteKeyId('PeterNeumann', knownKey), 'c74f20a3')
  assert.equal(knownSignature.subarray(0, 4).toString('hex'), 'c74f20a3')
  assert.ok(isSignedBy(knownText, knownSignature.subarray(4), ed25519PublicKey(knownKey)))
  assert.ok(!isSignedBy(`${knownText} `, knownSignature.subarray(4), ed25519PublicKey(knownKey)))
})

test('a checkpoint’s text is that of C2SP tlog-checkpoint', () => {
  assert.equal(checkpointText(checkpoint), 'moltagent.example/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n')
})

test('a signed checkpoint is read as it was written', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'jwk' }).x ?? ''
  const note = signedCheckpointNote(checkpoint, key, sign(null, Buffer.from(checkpointText(checkpoint)), privateKey))
  const read = parseSignedCheckpoint(note)
  assert.deepEqual([read.origin, read.size, read.root.toString('base64')], [origin, checkpoint.size, checkpoint.root.toString('base64')])
  assert.equal(read.signatures[0]?.keyId, noteKeyId(origin, key))
  assert.ok(isSignedBy(read.text, read.signatures[0]?.signature ?? Buffer.alloc(0), publicKey))
})

test('what is not exactly a checkpoint is refused', () => {
  const root = checkpoint.root.toString('base64')
  const line = `— ${origin} ${Buffer.alloc(68).toString('base64')}`
  const bad = [
    '',
    `${origin}\n1\n${root}\n`,
    `${origin}\n1\n${root}\n\n${line}`,
    `${origin}\n01\n${root}\n\n${line}\n`,
    `${origin}\n-1\n${root}\n\n${line}\n`,
    `${origin}\n99999999999999999\n${root}\n\n${line}\n`,
    `${origin}\n1\n${root.slice(4)}\n\n${line}\n`,
    `\n1\n${root}\n\n${line}\n`,
    `${origin}\n1\n${root}\nextension\n\n${line}\n`,
    `${origin}\n1\n${root}\n\n\n${line}\n`,
    `${origin}\n1\n${root}\n\n${line.replace('—', '-')}\n`,
    `${origin}\n1\n${root}\n\n— ${origin} AAAA\n`,
    `${origin}\n1\n${root}\n\n${`${line}\n`.repeat(17)}`,
  ]
  for (const note of bad) assert.throws(() => parseSignedCheckpoint(note), /reading a checkpoint/, JSON.stringify(note))
})
