import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'

/**
 * The command that runs `command` as pid 1's only tree in network, mount and process namespaces of its own, with a private `/run/netns`.
 *
 * Nothing in it has a name outside: when the command or its parent ends, however it ends, its pod namespaces, interfaces, rules and processes are gone.
 * Where the caller is not root a user namespace maps it to root inside; kernels that forbid this make `unshare` fail with a sentence.
 */
function ownNamespacesCommand(command: readonly string[], isRoot: boolean): readonly string[] {
  const user = isRoot ? [] : ['--user', '--map-root-user']
  const prepare = 'mount -t tmpfs -o mode=0755 tmpfs /run && mkdir -p /run/netns && ip link set lo up && exec "$@"'
  return [
    'setpriv',
    '--pdeathsig',
    'SIGKILL',
    '--',
    'unshare',
    ...user,
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child=SIGKILL',
    '--mount-proc',
    'sh',
    '-c',
    prepare,
    'sh',
    ...command,
  ]
}

/** Starts `command` inside namespaces of its own: see `ownNamespacesCommand`. */
export function spawnInOwnNamespaces(command: readonly string[], isRoot: boolean, options: SpawnOptions): ChildProcess {
  const [program = 'setpriv', ...rest] = ownNamespacesCommand(command, isRoot)
  return spawn(program, rest, options)
}
