import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './control-plane/run-command.ts'
import type { ImageFiles } from './node/process-pod/container-command.ts'

const project = join(import.meta.dirname, '..')

/** Builds what our own image holds, from the project as it is checked out, into `folder`; the image's packages are the project's. */
export async function prepareImage(folder: string): Promise<ImageFiles> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, 'node_modules'), { recursive: true })
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const parameters = [compiler, '--project', join(project, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')]
  await runCommand(process.execPath, parameters, { folder: project, environment: process.env })
  await runCommand('cp', [join(project, 'package.json'), folder], { environment: process.env })
  return { folder, packages: join(project, 'node_modules') }
}
