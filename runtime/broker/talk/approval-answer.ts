import { createHash } from 'node:crypto'
import * as z from 'zod'
import { approvalCodeSchema, type ApprovalAnswer } from '../../protocol/approval.ts'

const noteSchema = z.object({ id: z.string(), content: z.string() })

/** A message as Talk's webhook tells it; unknown members are dropped. */
const messageSchema = z.object({
  type: z.literal('Create'),
  actor: z.object({ id: z.string().startsWith('users/') }),
  object: noteSchema.extend({
    inReplyTo: z.object({ actor: z.object({ id: z.string() }), object: noteSchema }).optional(),
  }),
  target: z.object({ id: z.string() }),
})

type Message = z.infer<typeof messageSchema>

const contentSchema = z.object({ message: z.string() })

const commandPattern = /^\/(approve|deny)\s+([0-9A-Za-z]{8})\s*$/
const words: Readonly<Record<string, ApprovalAnswer['verb']>> = {
  yes: 'approve',
  ja: 'approve',
  sim: 'approve',
  no: 'deny',
  nein: 'deny',
  não: 'deny',
  nao: 'deny',
}

function textOf(content: string): string | undefined {
  try {
    return contentSchema.parse(JSON.parse(content)).message
  } catch {
    return undefined
  }
}

function byCode(text: string): Pick<ApprovalAnswer, 'verb' | 'by'> | undefined {
  const [, verb, given] = commandPattern.exec(text) ?? []
  const code = approvalCodeSchema.safeParse(given?.toUpperCase())
  if (!code.success || (verb !== 'approve' && verb !== 'deny')) return undefined
  return { verb, by: { way: 'code', code: code.data } }
}

function byReply(text: string, parent: Message['object']['inReplyTo']): Pick<ApprovalAnswer, 'verb' | 'by'> | undefined {
  const verb = words[text.trim().toLowerCase().replace(/[.!]$/, '')]
  const parentText = parent === undefined ? undefined : textOf(parent.object.content)
  if (verb === undefined || parent === undefined || parentText === undefined) return undefined
  const digest = createHash('sha256').update(parentText).digest('hex')
  return { verb, by: { way: 'reply', parentActor: parent.actor.id, parentText: digest } }
}

/** The answer to a question that a verified webhook holds, if it holds one: `/approve CODE`, `/deny CODE`, or a word in reply to it. */
export function approvalAnswerOf(body: Buffer, now: Date): ApprovalAnswer | undefined {
  let json: unknown
  try {
    json = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  const message = messageSchema.safeParse(json)
  const text = message.success ? textOf(message.data.object.content) : undefined
  if (!message.success || text === undefined) return undefined
  const answer = byCode(text.trim()) ?? byReply(text, message.data.object.inReplyTo)
  if (answer === undefined) return undefined
  return { ...answer, actor: message.data.actor.id.slice('users/'.length), room: message.data.target.id, at: now.toISOString() }
}
