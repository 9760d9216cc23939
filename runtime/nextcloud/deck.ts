import * as z from 'zod'
import type { Caller } from './caller.ts'
import { boardSchema, cardSchema, commentSchema, stackSchema, type Board, type Card, type CardComment, type Stack } from './deck-schemas.ts'
import { callOcs, pathPart } from './ocs.ts'
import { parseJsonAnswer } from './parse-answer.ts'

/** Where a card is. */
export interface CardPlace {
  readonly board: number
  readonly stack: number
  readonly card: number
}

export interface CardText {
  readonly title: string
  readonly description?: string
  /** RFC 3339; null: none. */
  readonly duedate?: string | null
}

export interface Deck {
  readonly boards: () => Promise<readonly Board[]>
  readonly board: (id: number) => Promise<Board>
  readonly createBoard: (title: string, color: string) => Promise<Board>
  /** With their cards, in order. */
  readonly stacks: (board: number) => Promise<readonly Stack[]>
  readonly createStack: (board: number, title: string, order: number) => Promise<Stack>
  readonly createCard: (board: number, stack: number, card: CardText & { readonly order?: number }) => Promise<Card>
  readonly card: (place: CardPlace) => Promise<Card>
  /** Replaces title, description and due date: read the card first and say all three. */
  readonly updateCard: (place: CardPlace, card: Required<CardText>) => Promise<Card>
  readonly moveCard: (place: CardPlace, stack: number, order: number) => Promise<void>
  readonly deleteCard: (place: CardPlace) => Promise<void>
  readonly assignLabel: (place: CardPlace, label: number) => Promise<void>
  readonly assignUser: (place: CardPlace, userId: string) => Promise<void>
  readonly comments: (card: number) => Promise<readonly CardComment[]>
  readonly comment: (card: number, message: string) => Promise<CardComment>
}

const base = '/index.php/apps/deck/api/v1.0/boards'

type Ask = <Schema extends z.ZodType>(doing: string, request: string, schema: Schema, body?: unknown) => Promise<z.output<Schema>>

/** `request` is like `GET /2/stacks`, below the boards. */
function asking(caller: Caller): Ask {
  return async (doing, request, schema, body) => {
    const [method = 'GET', path = ''] = request.split(' ')
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
    return parseJsonAnswer(doing, await caller({ doing, method, path: `${base}${path}`, expected: [200], ...content }), schema)
  }
}

function at(place: CardPlace): string {
  return `/${pathPart(place.board)}/stacks/${pathPart(place.stack)}/cards/${pathPart(place.card)}`
}

function cardCalls(ask: Ask): Pick<Deck, 'card' | 'updateCard' | 'moveCard' | 'deleteCard' | 'assignLabel' | 'assignUser'> {
  return {
    card: (place) => ask(`reading card ${place.card}`, `GET ${at(place)}`, cardSchema),
    updateCard: async (place, card) => {
      const before = await ask(`reading card ${place.card}`, `GET ${at(place)}`, cardSchema)
      const body = { ...card, type: 'plain', order: before.order, owner: before.owner?.uid }
      return ask(`changing card ${place.card}`, `PUT ${at(place)}`, cardSchema, body)
    },
    moveCard: async (place, stack, order) => {
      await ask(`moving card ${place.card}`, `PUT ${at(place)}/reorder`, z.unknown(), { stackId: stack, order })
    },
    deleteCard: async (place) => {
      await ask(`deleting card ${place.card}`, `DELETE ${at(place)}`, z.unknown())
    },
    assignLabel: async (place, label) => {
      await ask(`labelling card ${place.card}`, `PUT ${at(place)}/assignLabel`, z.unknown(), { labelId: label })
    },
    assignUser: async (place, userId) => {
      await ask(`assigning card ${place.card}`, `PUT ${at(place)}/assignUser`, z.unknown(), { userId, type: 0 })
    },
  }
}

/** Boards, stacks, cards and comments of Deck. A board of somebody else is a server fault (500, recorded), here `unavailable`. */
export function createDeck(caller: Caller): Deck {
  const ask = asking(caller)
  const comments = (card: number): string => `/apps/deck/api/v1.0/cards/${pathPart(card)}/comments`
  return {
    ...cardCalls(ask),
    boards: () => ask('listing boards', 'GET ', z.array(boardSchema)),
    board: (id) => ask(`reading board ${id}`, `GET /${pathPart(id)}`, boardSchema),
    createBoard: (title, color) => ask('making a board', 'POST ', boardSchema, { title, color }),
    stacks: (board) => ask(`reading the stacks of board ${board}`, `GET /${pathPart(board)}/stacks`, z.array(stackSchema)),
    createStack: (board, title, order) =>
      ask(`making a stack on board ${board}`, `POST /${pathPart(board)}/stacks`, stackSchema, { title, order }),
    createCard: (board, stack, card) => {
      const body = { type: 'plain', order: 999, ...card }
      return ask(`making a card on board ${board}`, `POST /${pathPart(board)}/stacks/${pathPart(stack)}/cards`, cardSchema, body)
    },
    comments: (card) =>
      callOcs(caller, { doing: `reading the comments of card ${card}`, method: 'GET', path: comments(card) }, z.array(commentSchema)),
    comment: (card, message) => {
      const call = { doing: `commenting on card ${card}`, method: 'POST', path: comments(card), body: { message, parentId: 0 } }
      return callOcs(caller, call, commentSchema)
    },
  }
}
