import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Versions without their leading `v`, and `key`: equal keys mean equal programs, so it names the cache's folder. */
export interface Versions {
  readonly kubernetes: string
  readonly kubevirt: string
  readonly etcd: string
  readonly helm: string
  readonly key: string
}

const modules = {
  kubernetes: 'k8s.io/kubernetes',
  kubevirt: 'kubevirt.io/kubevirt',
  etcd: 'go.etcd.io/etcd/server/v3',
  helm: 'helm.sh/helm/v3',
} as const

/** Reads the pinned versions from the Go module in `moduleFolder`. Throws when one of them is not pinned there. */
export async function readVersions(moduleFolder: string, platform: string): Promise<Versions> {
  const goMod = withoutComments(await readFile(join(moduleFolder, 'go.mod'), 'utf8'))
  const manifests = withoutComments(await readFile(join(moduleFolder, 'manifests', 'main.go'), 'utf8'))
  const key = createHash('sha256').update([goMod, manifests, platform].join('\0')).digest('hex').slice(0, 12)
  return {
    kubernetes: pinned(goMod, modules.kubernetes),
    kubevirt: pinned(goMod, modules.kubevirt),
    etcd: pinned(goMod, modules.etcd),
    helm: pinned(goMod, modules.helm),
    key,
  }
}

function pinned(goMod: string, module: string): string {
  const line = goMod.split('\n').find((candidate) => candidate.trim().startsWith(`${module} v`))
  const version = line?.trim().split(/\s+/)[1]
  if (version === undefined) throw new Error(`reading versions of the control plane: go.mod pins no ${module}`)
  return version.slice(1)
}

function withoutComments(source: string): string {
  return source
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, '').trimEnd())
    .filter((line) => line !== '')
    .join('\n')
}
