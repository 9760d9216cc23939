import type { EngineLog } from '../../operator/controller/engine-log.ts'

export const silentLog: EngineLog = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
