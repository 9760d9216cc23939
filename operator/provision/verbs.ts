import * as z from 'zod'

/** No request to or answer from a verb is longer. */
export const verbBodyLimitBytes = 64 * 1024

const userId = z.string().regex(/^[A-Za-z0-9 _.@'-]{1,64}$/, 'must be a Nextcloud user id')
const roomToken = z.string().regex(/^[a-z0-9]{4,30}$/, 'must be a Talk room token')
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID')
const secret = z.string().min(16).max(256)

/**
 * `keep` leaves an account that exists as it is. `set-password` gives it this password, so that an app password can be minted with it.
 * Neither enables a disabled account: that is a revocation, and only `enable-account` undoes it.
 */
const accountSchema = z.strictObject({
  id: userId,
  password: secret,
  displayName: z.string().max(64).optional(),
  groups: z.array(z.string().min(1).max(64)).max(16).default([]),
  whenItExists: z.enum(['keep', 'set-password']).default('keep'),
})

/** `hostname` becomes a trusted domain. Each account is created unless it exists. Sets what an installation with no way out needs. */
const provision = {
  request: z.strictObject({ hostname: z.string().min(1).max(253).optional(), accounts: z.array(accountSchema).max(8) }),
  response: z.strictObject({
    version: z.string().max(64),
    accounts: z.array(z.strictObject({ id: userId, created: z.boolean(), enabled: z.boolean() })),
  }),
}

/** Runs the background jobs once and waits for them: Passwords' shares reach and leave their receivers. */
const cron = {
  request: z.strictObject({}),
  response: z.strictObject({ ranAt: z.iso.datetime() }),
}

const botState = z.strictObject({
  id: z.int().min(1),
  state: z.enum(['enabled', 'disabled']),
  rooms: z.array(roomToken),
  errorCount: z.int().min(0),
  lastError: z.string().nullable(),
})

/**
 * `install` makes the bot or gives it this secret; `rooms` sets exactly the rooms it is in; `disable` silences it everywhere at once;
 * `uninstall` removes it. A bot is known by its URL.
 */
const bot = {
  request: z.discriminatedUnion('action', [
    z.strictObject({
      action: z.literal('install'),
      url: z.url({ protocol: /^https?$/ }).max(4000),
      name: z.string().min(1).max(64),
      secret: z.string().min(40).max(128),
      description: z.string().max(4000).default(''),
    }),
    z.strictObject({ action: z.literal('rooms'), url: z.string().max(4000), rooms: z.array(roomToken).max(256) }),
    z.strictObject({ action: z.enum(['enable', 'disable', 'uninstall']), url: z.string().max(4000) }),
  ]),
  response: z.strictObject({ bot: botState.nullable() }),
}

const oneAccount = z.strictObject({ account: userId })

const disableAccount = { request: oneAccount, response: z.strictObject({ enabled: z.literal(false) }) }
const enableAccount = { request: oneAccount, response: z.strictObject({ enabled: z.literal(true) }) }

/** Ends every app password and session of the account. */
const endTokens = { request: oneAccount, response: z.strictObject({ ended: z.int().min(0) }) }

/**
 * What revocation waits for, and what has been revoked inside Nextcloud. `entries` are asked for by their owner's id of the entry;
 * `pending`: shared, but the background job has not run; `receiverEntry`: the id under which the account sees it.
 */
const status = {
  request: z.strictObject({
    account: userId,
    botUrl: z.string().max(4000).optional(),
    entries: z
      .array(z.strictObject({ id: uuid, owner: userId }))
      .max(64)
      .default([]),
  }),
  response: z.strictObject({
    version: z.string().max(64),
    /** True where this is a test double, not Nextcloud. */
    double: z.boolean(),
    lastCron: z.iso.datetime().nullable(),
    account: z.strictObject({ exists: z.boolean(), enabled: z.boolean(), tokens: z.int().min(0) }),
    bot: botState.nullable(),
    entries: z.array(
      z.strictObject({ id: uuid, state: z.enum(['shared', 'pending', 'unshared', 'trashed', 'gone']), receiverEntry: uuid.nullable() }),
    ),
  }),
}

/** The verbs of the forced SSH command in Nextcloud's machine: JSON on standard input and output, one verb a connection. */
export const verbSchemas = {
  provision,
  cron,
  bot,
  'disable-account': disableAccount,
  'enable-account': enableAccount,
  'end-tokens': endTokens,
  status,
} as const

export const verbSchema = z.enum(['provision', 'cron', 'bot', 'disable-account', 'enable-account', 'end-tokens', 'status'])

export type Verb = z.infer<typeof verbSchema>
export type VerbRequest<Name extends Verb> = z.output<(typeof verbSchemas)[Name]['request']>
export type VerbRequestInput<Name extends Verb> = z.input<(typeof verbSchemas)[Name]['request']>
export type VerbResponse<Name extends Verb> = z.output<(typeof verbSchemas)[Name]['response']>

/** Printed instead of a response, with exit code 1. */
export const verbFailureSchema = z.strictObject({
  error: z.strictObject({ code: z.enum(['unknown-verb', 'bad-request', 'not-found', 'failed']), message: z.string().max(2048) }),
})

export type VerbFailure = z.infer<typeof verbFailureSchema>
