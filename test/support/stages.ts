/** One step of `npm test`: a command that exits 0 when all is well. `long` ones run only with `--long`. */
export interface Stage {
  readonly name: string
  readonly what: string
  readonly command: string
  readonly arguments: readonly string[]
  readonly long?: true
}

const nodeTest = (...options: readonly string[]): readonly string[] => ['--test', ...options]

/** In order: the quick ones first, so that a mistake shows early. */
export const stages: readonly Stage[] = [
  { name: 'check', what: 'types, lint, format, generated files, dead code', command: 'npm', arguments: ['run', '-s', 'check'] },
  {
    name: 'unit',
    what: 'pure code, in one process',
    command: 'node',
    arguments: nodeTest('--test-isolation=none', 'test/unit/**/*.test.ts'),
  },
  {
    name: 'integration-runtime',
    what: 'broker, audit log and Nextcloud clients as processes: no cluster',
    command: 'node',
    arguments: nodeTest(
      '--test-concurrency=2',
      'test/integration/{audit,broker,nextcloud}/**/*.test.ts',
      'test/security/audit-tamper/**/*.test.ts',
      'test/security/broker/**/*.test.ts',
    ),
  },
  {
    name: 'security-policy',
    what: 'attacks on the agent through its own policy and executor; labels against a reference; non-interference',
    command: 'node',
    arguments: nodeTest('--test-concurrency=2', 'test/security/*.test.ts'),
  },
  {
    name: 'mutation-policy',
    what: 'every mutant of the policy against its tests',
    command: 'node',
    arguments: ['test/mutation/run-mutants-main.ts'],
    long: true,
  },
  { name: 'setup', what: 'Debian packages that the next stages need', command: 'node', arguments: ['local/setup/main.ts'] },
  {
    name: 'integration',
    what: 'real processes and a real API server, one cluster for all',
    command: 'node',
    arguments: [
      'test/support/with-cluster-main.ts',
      'node',
      ...nodeTest('--test-concurrency=2', 'test/integration/!(audit|broker|nextcloud)/**/*.test.ts'),
    ],
  },
  {
    name: 'long-broker',
    what: "a million inputs each for the broker's HTTP parser, socket and bindings",
    command: 'node',
    arguments: nodeTest('test/long/broker/**/*.test.ts'),
    long: true,
  },
  {
    name: 'long-audit',
    what: 'the audit log killed 200 times and cut off from power 1,002 times',
    command: 'node',
    arguments: nodeTest('test/long/audit/**/*.test.ts'),
    long: true,
  },
]
