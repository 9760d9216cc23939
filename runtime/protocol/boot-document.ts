import * as z from 'zod'
import { tokenSchema } from './identifiers.ts'
import { probeTargetSchema } from './isolation.ts'

const pemSchema = z
  .string()
  .startsWith('-----BEGIN ')
  .max(64 * 1024)

const bootCommon = {
  schemaVersion: z.literal(1),
  /** UID of the Moltagent: also the name the gateway knows the instance by (SNI). */
  uid: z.string().min(1).max(64),
  name: z.string().min(1).max(40),
  namespace: z.string().min(1).max(63),
  /** Lines of the guest's hosts file: no machine has DNS. */
  hosts: z.array(z.strictObject({ address: z.string().min(2).max(45), names: z.array(z.string().min(1).max(253)).min(1).max(8) })).max(32),
  /** The instance's own authority: the only one a guest trusts for its peers. */
  authority: pemSchema,
  probes: z.strictObject({ allowed: z.array(probeTargetSchema).max(64), forbidden: z.array(probeTargetSchema).min(1).max(512) }),
}

/**
 * A certificate of the instance's authority and its key. Its subject says who holds it: the common name is `nextcloud`, `agent`, `ollama`
 * or `gateway`, the organisation the UID.
 */
const leafSchema = z.strictObject({ certificate: pemSchema, privateKey: pemSchema })

/** The first administrator of Nextcloud, as in its Secret. */
export const administratorSchema = z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(12).max(256) })

/**
 * First-boot data of a machine: the one JSON document under key `userdata` of `<name>-<role>-boot`, which a guest reads from the
 * disk with serial `boot`. The agent's holds a single-use token and no key; the others hold their own leaf.
 */
export const bootDocumentSchema = z.discriminatedUnion('role', [
  z.strictObject({
    ...bootCommon,
    role: z.literal('agent'),
    token: tokenSchema,
    /** `host` is a name of the hosts file, and the SNI by which the gateway knows the instance. */
    gateway: z.strictObject({ host: z.string().min(1), port: z.int(), proxyPort: z.int() }),
  }),
  z.strictObject({
    ...bootCommon,
    role: z.literal('nextcloud'),
    leaf: leafSchema,
    hostname: z.string().min(1).max(253),
    /** Public certificate for people; the leaf serves where it is absent. */
    publicLeaf: leafSchema.optional(),
    administrator: administratorSchema,
    /** OpenSSH public key of the operator for the forced command. */
    operatorKey: z.string().startsWith('ssh-ed25519 ').max(256),
  }),
  z.strictObject({
    ...bootCommon,
    role: z.literal('ollama'),
    leaf: leafSchema,
    models: z.array(z.strictObject({ name: z.string().min(1).max(128), disk: z.string().regex(/^model-\d+$/) })).max(16),
  }),
])

export type BootDocument = Readonly<z.infer<typeof bootDocumentSchema>>
