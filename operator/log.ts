import { pino, type Logger } from 'pino'

/** Fields that may hold a secret never reach a line, however deep an object was logged. */
const secretPaths = ['data', 'stringData', 'password', 'token', 'privateKey', 'authorization', 'userdata'].flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
  `*.*.*.${field}`,
])

export type { Logger }

/** One JSON line a fact on standard output: constant message, fields for the rest. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '[redacted]' },
  })
}
