import { join } from 'node:path'
import { cacheFolderOf } from './cache-folder.ts'
import { findBinaries } from './control-plane/find-binaries.ts'
import type { Binaries } from './control-plane/programs.ts'
import { readVersions, type Versions } from './control-plane/versions.ts'

export interface ControlPlane {
  readonly binaries: Binaries
  readonly versions: Versions
}

const moduleFolder = join(import.meta.dirname, 'control-plane')

/** The control plane's programs and versions, wherever this machine has or can get them. `progress` gets a line now and then if that takes long. */
export async function findControlPlane(
  environment: Readonly<Record<string, string | undefined>>,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const cacheFolder = cacheFolderOf(environment)
  const binaries = await findBinaries({ moduleFolder, cacheFolder, environment, progress, signal })
  return { binaries, versions: await readVersions(moduleFolder, `${process.platform}-${process.arch}`) }
}
