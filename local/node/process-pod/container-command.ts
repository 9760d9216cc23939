import type { Pod } from '../pod.ts'
import { expand } from './container-environment.ts'
import type { ContainerSpec } from './container-spec.ts'

/** A folder of this machine that the container sees at `path`. */
export interface Mount {
  readonly from: string
  readonly path: string
  readonly readOnly: boolean
}

/** The image's files: at /app in the container, which is its working folder, with the packages at /app/node_modules. */
export interface ImageFiles {
  readonly folder: string
  readonly packages: string
}

export interface CommandParts {
  readonly pod: Pod
  readonly container: ContainerSpec
  readonly environment: Readonly<Record<string, string>>
  /** An empty folder, for the container's root. */
  readonly root: string
  readonly image: ImageFiles
  readonly volumes: ReadonlyMap<string, string>
  readonly netns: string
  /** False in a user namespace that knows one user alone: then every container runs as that one. */
  readonly canChangeUser: boolean
}

/** What the container shares with this machine, read-only. */
const systemFolders = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'etc']
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty']

/**
 * Makes the root: $1 root, $2 image, $3 its packages, $4 user:group, $5 working folder, then triples (from, path, ro|rw) up to `--`, then the command.
 * It runs in a mount namespace of its own, so nothing of it is seen elsewhere or outlives it.
 */
const script = `
root=$1 image=$2 packages=$3 user=$4 folder=$5; shift 5
mount -t tmpfs -o mode=0755 container "$root"
for name in ${systemFolders.join(' ')}; do
  if [ -L "/$name" ]; then cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then mkdir "$root/$name"; mount --rbind "/$name" "$root/$name"; mount -o remount,bind,ro "$root/$name" 2>/dev/null || true
  fi
done
mkdir "$root/app" "$root/proc" "$root/dev" "$root/tmp"; chmod 1777 "$root/tmp"
mount --bind "$image" "$root/app"; mount --bind "$packages" "$root/app/node_modules"
mount --rbind /proc "$root/proc"
for name in ${devices.join(' ')}; do : > "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
while [ "$1" != -- ]; do
  mkdir -p "$root$2"; mount --bind "$1" "$root$2"
  if [ "$3" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
  shift 3
done
shift
exec chroot \${user:+--userspec="$user"} "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$folder" "$@"
`

/** The command line that runs the container in its pod's network namespace, with a root of its own, as the pod's user. Pure. */
export function containerCommand(parts: CommandParts): readonly string[] {
  const { container, environment, netns } = parts
  const mounts = mountsOf(parts).flatMap(({ from, path, readOnly }) => [from, path, readOnly ? 'ro' : 'rw'])
  const command = [...container.command, ...container.args].map((word) => expand(word, environment))
  const prepare = [
    'sh',
    '-euc',
    script,
    'container',
    parts.root,
    parts.image.folder,
    parts.image.packages,
    userOf(parts),
    container.workingDir ?? '/app',
    ...mounts,
    '--',
  ]
  return ['ip', 'netns', 'exec', netns, 'unshare', '--mount', ...prepare, ...command]
}

function mountsOf({ pod, container, volumes }: CommandParts): Mount[] {
  return container.volumeMounts.map(({ name, mountPath, subPath, readOnly }) => {
    const from = volumes.get(name)
    if (from === undefined)
      throw new Error(`running container ${container.name} of pod ${pod.metadata.name}: it mounts ${name}, which is no volume of the pod`)
    return { from: subPath === undefined ? from : `${from}/${subPath}`, path: mountPath, readOnly }
  })
}

/** Numbers, so that no user of this machine is meant. Empty: the container's own default, which is root of the pod's namespaces. */
function userOf({ pod, container, canChangeUser }: CommandParts): string {
  if (!canChangeUser) return ''
  const podContext = pod.spec.securityContext
  const user = container.securityContext?.runAsUser ?? podContext?.runAsUser
  const group = container.securityContext?.runAsGroup ?? podContext?.runAsGroup
  return user === undefined ? '' : `+${user}:+${group ?? user}`
}
