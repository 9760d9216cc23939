import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BootDocument } from '../../../runtime/protocol/boot-document.ts'

export interface GuestFolderOptions {
  readonly path: string
  readonly boot: BootDocument
  /** The project's own folder: configuration files of the images are in its `kubevirt/`. */
  readonly projectFolder: string
}

/** A guest's run folder, made anew: what an image's first boot unpacks from its boot disk. Key files are for their owner's eyes only. */
export async function prepareGuestFolder({ path, boot, projectFolder }: GuestFolderOptions): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(join(path, 'tmp'), { recursive: true, mode: 0o700 })
  await mkdir(join(path, 'logs'))
  const files = { ...commonFiles(boot), ...roleFiles(boot) }
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content, { mode: 0o600 })
  for (const [name, from] of Object.entries(frontFiles(boot))) await copyFile(join(projectFolder, 'kubevirt', from), join(path, name))
}

function commonFiles(boot: BootDocument): Record<string, string> {
  const hosts = ['127.0.0.1 localhost', '::1 localhost', ...boot.hosts.map(({ address, names }) => `${address} ${names.join(' ')}`)]
  return { 'boot.json': JSON.stringify(boot), hosts: `${hosts.join('\n')}\n`, 'resolv.conf': '', 'authority.crt': boot.authority }
}

function roleFiles(boot: BootDocument): Record<string, string> {
  switch (boot.role) {
    case 'agent':
      return {}
    case 'ollama':
      return { 'leaf.crt': boot.leaf.certificate, 'leaf.key': boot.leaf.privateKey }
    case 'nextcloud':
      return {
        'leaf.crt': boot.leaf.certificate,
        'leaf.key': boot.leaf.privateKey,
        'admin-password': boot.administrator.password,
        'authorized-key': boot.operatorKey,
        'server-name.conf': `server_name ${boot.hostname};\n`,
        ...(boot.publicLeaf && { 'public.crt': boot.publicLeaf.certificate, 'public.key': boot.publicLeaf.privateKey }),
      }
    default:
      return boot satisfies never
  }
}

function frontFiles(boot: BootDocument): Record<string, string> {
  if (boot.role === 'ollama') return { 'nginx.conf': 'ollama/nginx.conf', 'upstream.conf': 'ollama/upstream.conf' }
  if (boot.role === 'agent') return {}
  const front = { 'nginx.conf': 'nextcloud/nginx.conf', 'upstream.conf': 'nextcloud/upstream-double.conf' }
  return boot.publicLeaf ? { ...front, 'public.conf': 'nextcloud/public.conf' } : front
}
