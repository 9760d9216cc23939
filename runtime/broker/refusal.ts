import type { BrokerError } from '../protocol/broker-api.ts'

/** The broker does not do what it was asked. The error is what the agent is told: without secrets. */
export class Refusal extends Error {
  readonly error: BrokerError

  constructor(error: BrokerError) {
    super(error.message)
    this.name = 'Refusal'
    this.error = error
  }
}

export const refuse = (code: string, message: string): Refusal => new Refusal({ code, message })
