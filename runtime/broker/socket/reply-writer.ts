import type { Socket } from 'node:net'
import type { BrokerEnd, BrokerError, BrokerResponse } from '../../protocol/broker-api.ts'
import { encodeData, encodeJsonFrame } from '../../protocol/broker-frame.ts'
import type { Reply } from '../operations/broker-context.ts'

export interface ReplyWriter extends Reply {
  /** Ends a whole answer. */
  readonly complete: () => void
  /** Ends an answer with an error, as its header or, where the body has begun, as its end. */
  readonly fail: (error: BrokerError) => void
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = (): void => {
      socket.off('close', onClose)
      resolve()
    }
    const onClose = (): void => {
      socket.off('drain', onDrain)
      reject(new Error('answering the agent: it closed the connection'))
    }
    socket.once('drain', onDrain)
    socket.once('close', onClose)
  })
}

/** Writes one answer on a connection, as fast as the agent reads it. */
export function replyWriter(socket: Socket): ReplyWriter {
  let isBegun = false
  const header = (response: BrokerResponse): void => {
    isBegun = true
    socket.write(encodeJsonFrame('header', response))
  }
  const end = (last: BrokerEnd): void => void socket.write(encodeJsonFrame('end', last))
  return {
    http: (status, headers) => header({ ok: true, kind: 'http', status, headers: headers.map(([name, value]) => [name, value]) }),
    result: (result) => header({ ok: true, kind: 'result', result }),
    data: (bytes) => {
      const isFlowing = encodeData(bytes).reduce((_, frame) => socket.write(frame), true)
      return isFlowing || socket.destroyed ? undefined : drained(socket)
    },
    complete: () => end({ complete: true }),
    fail: (error) => {
      if (!isBegun) header({ ok: false, error })
      end({ complete: false, error })
    },
  }
}
