import type { NextcloudRequest, NextcloudResponse, Send } from '../../../runtime/nextcloud/send.ts'
import { recorded, type RecordedExchange, type RecordingName } from './recordings.ts'

export interface RecordedSend {
  readonly send: Send
  readonly sent: readonly NextcloudRequest[]
  readonly exchange: RecordedExchange
}

/** A `send` that gives the answer which a real Nextcloud gave in one recorded exchange, whatever it is sent; a test compares `sent`. */
export function recordedSend(name: RecordingName, exchangeName: string): RecordedSend {
  const exchange = recorded(name, exchangeName)
  const sent: NextcloudRequest[] = []
  const send: Send = async (request) => {
    sent.push(request)
    return { status: exchange.response.status, headers: exchange.response.headers, body: Buffer.from(exchange.response.body) }
  }
  return { send, sent, exchange }
}

/** A `send` that gives these answers one after the other. */
export function scriptedSend(answers: readonly (Partial<NextcloudResponse> | Error)[]): {
  readonly send: Send
  readonly sent: readonly NextcloudRequest[]
} {
  const sent: NextcloudRequest[] = []
  const send: Send = async (request) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)]
    sent.push(request)
    if (answer instanceof Error) throw answer
    return { status: 200, headers: {}, body: new Uint8Array(), ...answer }
  }
  return { send, sent }
}
