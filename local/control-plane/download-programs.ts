import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadVerified, OutOfReach } from './download-verified.ts'
import { installFile } from './install-file.ts'
import type { Program, ProgramName } from './programs.ts'
import { runCommand } from './run-command.ts'
import type { Versions } from './versions.ts'

/** Where releases are published, without a slash at the end. */
export interface Sites {
  readonly kubernetes: string
  readonly etcd: string
  readonly helm: string
}

export const officialSites: Sites = {
  kubernetes: 'https://dl.k8s.io/release',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
  helm: 'https://get.helm.sh',
}

export interface Download {
  readonly wanted: readonly Program[]
  readonly versions: Versions
  readonly sites: Sites
  readonly into: string
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** One published file, the list of digests that names it, and the path inside it when it is an archive. */
interface Release {
  readonly url: string
  readonly digests: string
  readonly member?: string
}

/**
 * Downloads those of the wanted programs that their projects publish, checks each against the published SHA-256, and installs it in `into`.
 * Answers what it installed. A failure is told as progress, for what is not downloaded can be built; a site out of reach is asked once.
 */
export async function downloadPrograms(download: Download): Promise<readonly ProgramName[]> {
  const installed: ProgramName[] = []
  const outOfReach = new Set<string>()
  const aside = await mkdtemp(join(download.into, '.partial-download-'))
  try {
    for (const { name } of download.wanted) {
      const release = releaseOf(name, download)
      if (release === undefined || outOfReach.has(new URL(release.url).origin)) continue
      const failure = await installRelease(name, release, aside, download).catch(asError)
      download.signal.throwIfAborted()
      if (failure === undefined) installed.push(name)
      else download.progress(`not downloaded: ${failure.message}`)
      if (failure instanceof OutOfReach) outOfReach.add(new URL(release.url).origin)
    }
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return installed
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

async function installRelease(name: ProgramName, release: Release, aside: string, download: Download): Promise<undefined> {
  const file = join(aside, name)
  await downloadVerified({ ...release, file, signal: download.signal })
  if (release.member === undefined) {
    await installFile(file, join(download.into, name))
  } else {
    await runCommand('tar', ['-xzf', file, '-C', aside, release.member], { signal: download.signal })
    await installFile(join(aside, release.member), join(download.into, name))
  }
  download.progress(`downloaded ${name}`)
  return undefined
}

/** Kubernetes publishes each of its programs as a file of its own. */
const kubernetesFiles: readonly ProgramName[] = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kubectl']

/** KubeVirt publishes its programs inside container images only: there is no release of them. */
function releaseOf(name: ProgramName, { versions, sites }: Download): Release | undefined {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  if (kubernetesFiles.includes(name)) {
    const url = `${sites.kubernetes}/v${versions.kubernetes}/bin/linux/${architecture}/${name}`
    return { url, digests: `${url}.sha256` }
  }
  if (name === 'etcd') {
    const folder = `etcd-v${versions.etcd}-linux-${architecture}`
    const site = `${sites.etcd}/v${versions.etcd}`
    return { url: `${site}/${folder}.tar.gz`, digests: `${site}/SHA256SUMS`, member: `${folder}/etcd` }
  }
  if (name === 'helm') {
    const url = `${sites.helm}/helm-v${versions.helm}-linux-${architecture}.tar.gz`
    return { url, digests: `${url}.sha256sum`, member: `linux-${architecture}/helm` }
  }
  return undefined
}
