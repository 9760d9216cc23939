import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { linkerFlags } from '../../../../local/control-plane/linker-flags.ts'
import { readVersions } from '../../../../local/control-plane/versions.ts'

const committed = join(import.meta.dirname, '../../../../local/control-plane')
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moltagent-versions-'))
  await cp(join(committed, 'manifests'), join(folder, 'manifests'), { recursive: true })
})
after(() => rm(folder, { recursive: true }))

async function keyOf(change: (goMod: string) => string, platform = 'linux-x64'): Promise<string> {
  await writeFile(join(folder, 'go.mod'), change(await readFile(join(committed, 'go.mod'), 'utf8')))
  return (await readVersions(folder, platform)).key
}

test('the cache is another one for other versions and another platform, not for another comment', async () => {
  const key = await keyOf((goMod) => goMod)
  assert.equal(await keyOf((goMod) => `// a comment\n${goMod}`), key)
  assert.notEqual(await keyOf((goMod) => goMod.replace('k8s.io/kubernetes v1.34.2', 'k8s.io/kubernetes v1.34.3')), key)
  assert.notEqual(await keyOf((goMod) => goMod.replace('runc v1.1.14', 'runc v1.1.15')), key)
  assert.notEqual(await keyOf((goMod) => goMod, 'linux-arm64'), key)
})

test('a module that pins no version is refused by name', async () => {
  await assert.rejects(
    keyOf((goMod) => goMod.replaceAll('kubevirt.io/kubevirt v', 'kubevirt.io/other v')),
    /go\.mod pins no kubevirt\.io\/kubevirt/,
  )
})

test('the programs are linked with the versions that a release would carry', async () => {
  const versions = await readVersions(committed, 'linux-x64')
  const flags = linkerFlags(versions)
  assert.ok(flags.includes(`-X k8s.io/component-base/version.gitVersion=v${versions.kubernetes}`))
  assert.ok(flags.includes(`-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=${versions.kubernetes.split('.')[1]}`))
  assert.ok(flags.includes(`-X kubevirt.io/client-go/version.gitVersion=v${versions.kubevirt}`))
})
