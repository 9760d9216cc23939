import type { CelRule } from './cel-rule.ts'

const openaiCredential = (condition: string): string =>
  `self.planner.provider != 'openai' || !has(self.planner.credential) || !has(self.planner.baseURL) || self.credentials.all(c, c.name != self.planner.credential || ${condition})`

/** Rules across parts of `spec`. */
export const specRules: readonly CelRule[] = [
  {
    rule: 'self.planner.provider != "openai" || !has(self.planner.credential) || self.credentials.exists(c, c.name == self.planner.credential)',
    message: 'planner.credential names no entry of credentials: add one with that name',
    messageExpression: "'planner.credential names no entry of credentials: add one with name ' + self.planner.credential",
    fieldPath: '.planner.credential',
  },
  {
    rule: openaiCredential(
      "(self.planner.baseURL + '/').startsWith('https://' + c.use.host + '/') || self.planner.baseURL.startsWith('https://' + c.use.host + ':')",
    ),
    message: "planner.baseURL must have the host of its credential's use: the credential is sent nowhere else",
    fieldPath: '.planner.baseURL',
  },
  {
    rule: openaiCredential("(c.use.port == 443) == (self.planner.baseURL + '/').startsWith('https://' + c.use.host + '/')"),
    message: "planner.baseURL must have the port of its credential's use; leave the port out where it is 443",
    fieldPath: '.planner.baseURL',
  },
  {
    rule: openaiCredential("'POST' in c.use.methods"),
    message: "the planner's credential must allow POST: add it to use.methods",
    fieldPath: '.credentials',
  },
  {
    rule: openaiCredential(
      "c.use.port != 443 || c.use.paths.exists(p, 'https://' + c.use.host + p == self.planner.baseURL + '/chat/completions' || (p.endsWith('/*') && (self.planner.baseURL + '/chat/completions').startsWith('https://' + c.use.host + p.replace('*', ''))))",
    ),
    message:
      "the planner's credential must allow the path of baseURL followed by /chat/completions: add it to use.paths, as /v1/chat/completions for https://api.openai.com/v1",
    fieldPath: '.credentials',
  },
  {
    rule: "self.planner.provider != 'local' || !has(self.planner.model) || !has(self.ollama.models) || self.ollama.models.exists(m, m.name == self.planner.model)",
    message: 'planner.model with provider local must be the name of one of ollama.models',
    fieldPath: '.planner.model',
  },
  {
    rule: 'self.credentials.all(c, !has(c.passwords) || c.passwords.owner != self.agent.account)',
    message: "passwords.owner must be a person, not the agent's own account: what it owns cannot be unshared from it",
    fieldPath: '.credentials',
  },
]

const ownSecret = (suffix: string): string => `self.metadata.name + '${suffix}'`

/** The operator's own Secrets, which a resource must not name as somebody else's. */
const ownSecrets = `[${['-account', '-nextcloud-boot', '-agent-boot', '-ollama-boot'].map(ownSecret).join(', ')}]`

/** Names outside, credentials inside: the names are put together once, which keeps the rule within its budget. */
const noCredentialUses = (names: string): string =>
  `${names}.all(own, self.spec.credentials.all(c, !has(c.secretRef) || c.secretRef.name != own))`

/** Rules of the whole resource. */
export const resourceRules: readonly CelRule[] = [
  {
    rule: "self.metadata.name.matches(r'^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$')",
    message:
      'metadata.name must be at most 40 lower-case letters, digits and -, start with a letter and not end with -: objects are named from it',
  },
  {
    rule: noCredentialUses(ownSecrets),
    message: "a credential's secretRef must not be one of the operator's own Secrets (<name>-account, <name>-…-boot): name another",
    fieldPath: '.spec.credentials',
  },
  {
    rule: noCredentialUses(`[${ownSecret('-admin')}]`),
    message: "a credential's secretRef must not be the administrator's Secret (<name>-admin): name another",
    fieldPath: '.spec.credentials',
  },
  {
    rule: `!has(self.spec.nextcloud.adminSecretRef) || !(self.spec.nextcloud.adminSecretRef.name in ${ownSecrets})`,
    message: "adminSecretRef must not be one of the operator's own Secrets (<name>-account, <name>-…-boot): name another",
    fieldPath: '.spec.nextcloud',
  },
  {
    rule: `!has(self.spec.nextcloud.tls) || !(self.spec.nextcloud.tls.secretRef.name in ${ownSecrets})`,
    message: "tls.secretRef must not be one of the operator's own Secrets (<name>-account, <name>-…-boot): name another",
    fieldPath: '.spec.nextcloud',
  },
]
