/** What the engine needs of a logger: constant message, facts as fields. A pino logger is one. */
export interface EngineLog {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
  readonly error: (fields: object, message: string) => void
  readonly debug: (fields: object, message: string) => void
}
