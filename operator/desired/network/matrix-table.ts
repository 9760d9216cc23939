import { type Edge, trafficMatrix } from './matrix.ts'

const partyNames: Readonly<Record<Edge['from'], string>> = {
  nextcloud: 'Nextcloud',
  agent: 'agent',
  ollama: 'Ollama',
  operator: 'operator',
  gateway: 'gateway',
  people: 'people',
  listed: 'listed ranges',
}

function row(edge: Edge): string {
  const ports = edge.ports === 'listed' ? 'listed' : edge.ports.join(', ')
  return `| ${partyNames[edge.from]} | ${partyNames[edge.to]} | ${ports} | ${edge.why} | ${edge.whenRevoked} |`
}

/** The whole page `docs/traffic-matrix.md`, in Markdown. */
export function trafficMatrixPage(): string {
  return `# What may talk to what

<!-- Generated from operator/desired/network/matrix.ts by \`npm run generate\`. Do not edit. -->

Each instance has three NetworkPolicies, one a machine, and each denies everything in both directions that is not in this table.
All of it is TCP; ports are the machine's own.

| from | to | port | why | when the agent is revoked |
| --- | --- | --- | --- | --- |
${trafficMatrix.map(row).join('\n')}
| anything else, in every direction, name resolution and IPv6 included | | | | closed, always |

- No machine has DNS. The names it needs are in its hosts file, with the addresses of Services.
- The resource's UID and the role select a pod: two instances in one namespace do not see each other.
- Admission refuses in \`spec.nextcloud.egress\` whatever is wide (0.0.0.0/0, ::/0), and every network with loopback, link-local
  or a cloud's metadata service in it.
- NetworkPolicies add up: another policy in the namespace that selects these machines and allows anything makes
  \`NetworkIsolated\` false, with that policy's name.
`
}
