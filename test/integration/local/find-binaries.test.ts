import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { findBinaries } from '../../../local/control-plane/find-binaries.ts'
import { freePorts } from '../../../local/control-plane/free-ports.ts'
import { runCommand } from '../../../local/control-plane/run-command.ts'
import { slowly } from '../../support/slowly.ts'
import { createToolchainDouble, type ToolchainDouble } from '../../support/toolchain-double.ts'

let machine: ToolchainDouble
beforeEach(async () => {
  machine = await createToolchainDouble()
})
afterEach(() => machine.remove())

const run = (program: string): Promise<string> => runCommand(program, [], { environment: { PATH: '/usr/bin:/bin' } })

test('everything is built once and found in the cache the next time', async () => {
  const first = await findBinaries(machine.search())
  assert.equal(await run(first.etcd), 'server\n')
  assert.equal(await run(first['kubevirt-manifests']), 'manifests\n')
  const second = await findBinaries(machine.search())
  assert.deepEqual(second, first)
  assert.equal(await machine.builds(), 1)
  assert.ok(machine.told.some((line) => /building etcd, .* with Go: about \d+ minutes/.test(line)))
})

test('two that start at once build once and find the same', async () => {
  const [first, second] = await Promise.all([findBinaries(machine.search()), findBinaries(machine.search())])
  assert.deepEqual(first, second)
  assert.equal(await machine.builds(), 1)
})

test('what a killed builder has half written is never used, and its lock and its compiler go with it', async () => {
  const { moduleFolder, cacheFolder, environment } = machine.search()
  const search = { moduleFolder, cacheFolder, environment: { ...environment, SLOWLY: 'yes' } }
  const builder = spawn(process.execPath, ['test/support/find-binaries-main.ts', JSON.stringify(search)], { stdio: 'inherit' })
  const log = join(machine.folder, 'go.log')
  await slowly('a program is half written', async () => (await readFile(log, 'utf8')).includes('half'))
  builder.kill('SIGKILL')
  await once(builder, 'exit')
  await slowly('its compiler ends', async () => (await machine.compilers()).length === 0)
  const found = await findBinaries(machine.search())
  assert.equal(await run(found.etcd), 'server\n')
  assert.deepEqual(
    (await readdir(dirname(found.etcd))).filter((name) => name.startsWith('.partial')),
    [],
  )
})

test('an empty file in the cache, or one that may not be run, is built again', async () => {
  const first = await findBinaries(machine.search())
  await truncate(first.etcd)
  await chmod(first.kubectl, 0o644)
  const second = await findBinaries(machine.search())
  assert.equal(await run(second.etcd), 'server\n')
  assert.equal(await run(second.kubectl), 'kubectl\n')
})

test('a named folder comes first, what it lacks comes from elsewhere, and a wrong one is a mistake', async () => {
  const named = join(machine.folder, 'named')
  await mkdir(named)
  await writeFile(join(named, 'etcd'), '#!/bin/sh\necho mine\n', { mode: 0o755 })
  const { environment } = machine.search()
  const found = await findBinaries(machine.search({ environment: { ...environment, KUBEBUILDER_ASSETS: named } }))
  assert.equal(found.etcd, join(named, 'etcd'))
  assert.ok(found.kubectl.startsWith(machine.cache))
  const wrong = machine.search({ environment: { ...environment, MOLTAGENT_CONTROL_PLANE: join(machine.folder, 'nowhere') } })
  await assert.rejects(findBinaries(wrong), /MOLTAGENT_CONTROL_PLANE names .*nowhere, which is no folder/)
})

test('a missing Go, or too little disk, is said with the ways out, and nothing is left half-way', async () => {
  const withoutGo = machine.search({ environment: { PATH: '/usr/bin:/bin' } })
  await assert.rejects(findBinaries(withoutGo), /no working Go on this machine\.\nWays out:\n.*go\.dev[^]*MOLTAGENT_CONTROL_PLANE/)
  await assert.rejects(findBinaries(machine.search({ neededBytes: 1e18 })), /GB are free, 1000000000\.0 GB are needed\.\n.*XDG_CACHE_HOME/)
  assert.equal(await machine.builds(), 0)
})

test('a build that fails quotes the compiler, and the next one starts anew', async () => {
  const goPath = join(machine.folder, 'bin', 'go')
  const double = await readFile(goPath, 'utf8')
  await writeFile(goPath, double.replace('echo build >>', 'echo "etcd.go:1: no such thing" >&2; exit 2; echo build >>'))
  await assert.rejects(findBinaries(machine.search()), /etcd\.go:1: no such thing/)
  await writeFile(goPath, double)
  assert.equal(await run((await findBinaries(machine.search())).etcd), 'server\n')
})

test('official releases are taken where their published digest fits; the rest is built', async () => {
  const site = await startReleaseSite({ 'kube-proxy': 'wrong digest' })
  const sites = { kubernetes: site.url, etcd: `${site.url}/nowhere`, helm: `${site.url}/nowhere` }
  const found = await findBinaries(machine.search({ sites }))
  site.close()
  assert.equal(await run(found['kube-apiserver']), 'released\n')
  assert.equal(await run(found['kube-proxy']), 'kube-proxy\n', 'built, not the one with the wrong digest')
  assert.equal(await run(found['virt-api']), 'virt-api\n')
  assert.ok(machine.told.some((line) => /not downloaded: .*kube-proxy: its SHA-256 is [0-9a-f]{64}, published is [0-9a-f]{64}/.test(line)))
})

test('a site out of reach is given up at once', async () => {
  const nobody = `http://127.0.0.1:${(await freePorts('127.0.0.1', 1))[0]}`
  const found = await findBinaries(machine.search({ sites: { kubernetes: nobody, etcd: nobody, helm: nobody } }))
  assert.equal(await run(found.etcd), 'server\n')
  const failures = machine.told.filter((line) => line.startsWith('not downloaded'))
  assert.equal(failures.length, 1)
  assert.match(failures[0] ?? '', /ECONNREFUSED/)
})

/** A site that publishes every Kubernetes program, some with a digest that is not theirs. etcd's and Helm's archives are missing. */
async function startReleaseSite(wrong: Readonly<Record<string, string>>): Promise<{ readonly url: string; close(): void }> {
  const content = '#!/bin/sh\necho released\n'
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path.includes('nowhere')) return void response.writeHead(404).end()
    if (!path.endsWith('.sha256')) return void response.end(content)
    const name = path.split('/').at(-1)?.replace('.sha256', '') ?? ''
    return void response.end(
      createHash('sha256')
        .update(wrong[name] ?? content)
        .digest('hex'),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
