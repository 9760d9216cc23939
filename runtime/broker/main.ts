import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { readConfig } from './config.ts'
import { endings } from './kill-switch.ts'
import { startBroker } from './start-broker.ts'

/** The kernel's name for this boot of the machine: an audit log's boots are told apart by it. */
const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

const logger = pino({ name: 'broker' })
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const program = fileURLToPath(new URL(`./worker-main.${extension}`, import.meta.url))

process.on('SIGTERM', () => process.exit(0))

startBroker({
  config: readConfig(process.env),
  logger,
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  bootId: bootId(),
  worker: { execPath: process.execPath, program },
  onEnded: (ending) => process.exit(endings[ending]),
}).catch((error: unknown) => {
  logger.fatal({ err: error }, 'the broker cannot start')
  process.exit(1)
})
