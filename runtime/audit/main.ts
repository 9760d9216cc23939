import { chmodSync, chownSync, existsSync, unlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:net'
import { pino } from 'pino'
import { systemAuditClock } from './audit-clock.ts'
import type { AuditLog } from './audit-log.ts'
import { readAuditConfig, type AuditConfig } from './config.ts'
import { openFileAuditLog } from './file-audit-log.ts'
import { lockFolder } from './folder-lock.ts'
import { auditSocketServer } from './socket-server.ts'

const logger = pino({ name: 'moltagent-audit' })

function listen(log: AuditLog, socket: AuditConfig['sockets'][number]): Promise<Server> {
  if (existsSync(socket.path)) unlinkSync(socket.path)
  const server = auditSocketServer(log, socket)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket.path, () => {
      if (socket.gid !== undefined) chownSync(socket.path, process.getuid?.() ?? 0, socket.gid)
      chmodSync(socket.path, Number.parseInt(socket.mode, 8))
      resolve(server)
    })
  })
}

async function main(): Promise<void> {
  const { config, boot } = readAuditConfig(process.env)
  // Until a socket has its group and mode nobody else may open it.
  process.umask(0o027)
  await mkdir(config.folder, { recursive: true, mode: 0o750 })
  const unlock = await lockFolder(config.folder, process.pid, boot)
  const log = await openFileAuditLog({
    ...config,
    boot,
    clock: systemAuditClock(() => process.hrtime.bigint()),
    events: {
      onTrouble: (error) => {
        logger.error({ code: error.code, err: error }, 'the audit log cannot write')
        // Only opening it again helps: the service manager does that.
        if (error.code === 'unavailable') process.exit(1)
      },
    },
  })
  const servers = await Promise.all(config.sockets.map((socket) => listen(log, socket)))
  const { size, key } = log.head()
  logger.info({ origin: config.origin, size, key, sockets: config.sockets.map(({ path }) => path) }, 'audit log ready')
  const stop = async (): Promise<void> => {
    for (const server of servers) server.close()
    await log.close()
    await unlock()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}

try {
  await main()
} catch (error) {
  logger.fatal({ err: error }, 'the audit log cannot start')
  process.exitCode = 1
}
