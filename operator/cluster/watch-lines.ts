import type { IncomingMessage } from 'node:http'
import { StringDecoder } from 'node:string_decoder'

/** The lines of a watch stream as they come; a cut-off last line is an error, never a shorter object. */
export async function* watchLines(response: IncomingMessage): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest: string[] = []
  for await (const chunk of response) {
    const parts = decoder.write(chunk as Buffer).split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      rest.push(part)
      const line = rest.join('')
      rest = []
      if (line.trim() !== '') yield line
    }
    if (last !== '') rest.push(last)
  }
  if (rest.join('').trim() !== '') throw new Error('the watch stream ended in the middle of an event')
}
