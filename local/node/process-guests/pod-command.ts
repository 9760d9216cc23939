export interface PodPlace {
  /** Named network namespace of the pod. */
  readonly netns: string
  /** Files that the programs see as /etc/hosts and /etc/resolv.conf. */
  readonly hostsFile: string
  readonly resolverFile: string
}

const mountAndRun = 'mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@"'

/** The command that runs `command` in a pod's network with the guest's own hosts file, and that ends with its parent. */
export function podCommand(place: PodPlace, command: readonly string[]): readonly string[] {
  const inMounts = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', mountAndRun, 'sh', place.hostsFile, place.resolverFile]
  return ['setpriv', '--pdeathsig', 'KILL', 'ip', 'netns', 'exec', place.netns, ...inMounts, ...command]
}
