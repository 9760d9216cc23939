import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { basic, sendRaw } from '../../support/nextcloud/replay.ts'

const rounds = 4
const directory = mkdtempSync(join(tmpdir(), 'nextcloud-double-'))
const passwordFile = join(directory, 'admin-password')
const authorization = basic('admin', 'canary-admin-password')
writeFileSync(passwordFile, 'canary-admin-password\n')
after(() => rmSync(directory, { recursive: true, force: true }))

async function start(): Promise<{ readonly child: ChildProcess; readonly origin: string }> {
  const program = ['--disable-warning=ExperimentalWarning', 'local/nextcloud-double/main.ts']
  const options = ['--state', join(directory, 'state'), '--admin', 'admin', '--admin-password-file', passwordFile, '--port', '0']
  const child = spawn(process.execPath, [...program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, origin: JSON.parse(String(line)).listening }
}

const file = (name: string): string => `/remote.php/dav/files/admin/${name}`

test('what was acknowledged before kill -9 is there after it, whole, and nothing else is', { timeout: 60_000 }, async () => {
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < rounds; round += 1) {
    const { child, origin } = await start()
    const killed = once(child, 'exit')
    const attempted = new Set<string>()
    // Writes go on until the process dies under them.
    const writer = async (lane: number): Promise<void> => {
      for (let count = 0; count < 1000; count += 1) {
        const name = `file-${round}-${lane}-${count}.txt`
        const body = `${name} `.repeat(200)
        attempted.add(name)
        const answer = await sendRaw(origin, { method: 'PUT', path: file(name), headers: { authorization }, body }).catch(() => null)
        if (answer === null) return
        assert.equal(answer.status, 201)
        acknowledged.set(name, body)
        if (acknowledged.size >= (round + 1) * 15) child.kill('SIGKILL')
      }
    }
    await Promise.all([writer(0), writer(1), writer(2)])
    await killed

    const again = await start()
    const listing = await sendRaw(again.origin, { method: 'PROPFIND', path: file(''), headers: { authorization, depth: '1' } })
    assert.equal(listing.status, 207)
    const present = new Set([...listing.body.matchAll(/file-\d+-\d+-\d+\.txt/g)].map(([name]) => name))
    for (const [name, body] of acknowledged) {
      assert.ok(present.has(name), `${name} was acknowledged and is lost`)
      const read = await sendRaw(again.origin, { method: 'GET', path: file(name), headers: { authorization } })
      assert.equal(read.body, body)
    }
    for (const name of present) assert.ok(acknowledged.has(name) || attempted.has(name), `${name} was never sent`)
    for (const name of present) {
      if (acknowledged.has(name)) continue
      const read = await sendRaw(again.origin, { method: 'GET', path: file(name), headers: { authorization } })
      assert.equal(read.body, `${name} `.repeat(200), 'a write without an answer is whole or absent')
      acknowledged.set(name, read.body)
    }
    const gone = once(again.child, 'exit')
    again.child.kill('SIGTERM')
    await gone
  }
  assert.ok(acknowledged.size >= rounds * 15)
})
