import { join } from 'node:path'
import type { BootDocument } from '../../../runtime/protocol/boot-document.ts'
import type { GuestProgram } from './guest-program.ts'

export interface RolePrograms {
  readonly boot: BootDocument
  /** The guest's run folder: see `prepareGuestFolder`. */
  readonly folder: string
  /** The machine's claim; roles without one do not use it. */
  readonly dataFolder?: string
  /** The project's own folder. */
  readonly projectFolder: string
  readonly node: string
  /** Path of the Ollama program, and of the store its models are served from. */
  readonly ollama?: { readonly program: string; readonly store: string }
}

/** The programs that an image of this role would run, as commands for a process guest. Throws for a role that lacks what it needs. */
export function rolePrograms(machine: RolePrograms): readonly GuestProgram[] {
  switch (machine.boot.role) {
    case 'nextcloud':
      return [nextcloudDouble(machine), front(machine, 443), probe(machine, 'leaf.key')]
    case 'ollama':
      return [ollama(machine), front(machine, 11_434), probe(machine, 'leaf.key')]
    case 'agent':
      return [probe(machine, undefined)]
    default:
      return machine.boot satisfies never
  }
}

const script = (machine: RolePrograms, path: string, ...parameters: readonly string[]): readonly string[] => [
  machine.node,
  join(machine.projectFolder, path),
  ...parameters,
]

function nextcloudDouble(machine: RolePrograms): GuestProgram {
  if (machine.boot.role !== 'nextcloud' || machine.dataFolder === undefined)
    throw new Error('starting the Nextcloud double: its machine has no claim named data')
  const { boot, folder } = machine
  const options = [
    ['--state', machine.dataFolder],
    ['--admin', boot.administrator.username],
    ['--admin-password-file', join(folder, 'admin-password')],
    ['--origin', `https://${boot.hostname}`],
    ['--webhook-authority', join(folder, 'authority.crt')],
    ['--port', '8080'],
  ].flat()
  return {
    name: 'nextcloud-double',
    command: script(machine, 'local/nextcloud-double/main.ts', ...options),
    readyPort: 8080,
    essential: true,
  }
}

function ollama({ ollama: built, folder }: RolePrograms): GuestProgram {
  if (built === undefined) throw new Error('starting Ollama: there is no Ollama program; see docs/local.md')
  const environment = {
    HOME: folder,
    OLLAMA_HOST: '127.0.0.1:11435',
    OLLAMA_MODELS: built.store,
    OLLAMA_NOPRUNE: '1',
    OLLAMA_KEEP_ALIVE: '30m',
  }
  return { name: 'ollama', command: [built.program, 'serve'], environment, readyPort: 11_435, essential: true }
}

/** The same nginx with the same configuration as in an image. */
function front({ folder }: RolePrograms, port: number): GuestProgram {
  const command = ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', 'user root;']
  return { name: 'front', command, readyPort: port, essential: true }
}

function probe(machine: RolePrograms, key: string | undefined): GuestProgram {
  const { folder } = machine
  const signing = key === undefined ? [] : ['--key', join(folder, key)]
  const options = ['--boot', join(folder, 'boot.json'), '--out', join(folder, 'evidence.json'), '--every', '30', ...signing]
  return { name: 'probe', command: script(machine, 'runtime/probe/main.ts', ...options), essential: false }
}
