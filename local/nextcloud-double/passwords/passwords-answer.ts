import { jsonAnswer, Refusal, type Answer } from '../answer.ts'
import { randomText } from '../world.ts'

export function passwordsFailure(status: number, message: string): Answer {
  return jsonAnswer(status, { status: 'error', id: status, message })
}

export const notFound = passwordsFailure(404, 'Resource not found')

/** The session header that Passwords adds to every answer: four parts, of which clients understand none. */
export function withSession(handle: () => Answer): Answer {
  const add = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, 'x-api-session': session() } })
  try {
    return add(handle())
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(add(error.answer)) : error
  }
}

function session(): string {
  return [randomText(160, 'hex'), randomText(32, 'hex'), randomText(128, 'hex'), '3'].join('|')
}
