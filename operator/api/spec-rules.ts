import type { CelRule } from './cel-rule.ts'

const wantedPath =
  "(self.planner.baseURL.replace('https://', '').contains('/') ? url(self.planner.baseURL).getEscapedPath() : '') + '/chat/completions'"

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
      "(url(self.planner.baseURL).getHostname() == c.use.host && (url(self.planner.baseURL).getPort() == '' ? '443' : url(self.planner.baseURL).getPort()) == string(c.use.port))",
    ),
    message: "planner.baseURL must have the host and port of its credential's use: the credential is sent nowhere else",
    fieldPath: '.planner.baseURL',
  },
  {
    rule: openaiCredential(
      `('POST' in c.use.methods && c.use.paths.exists(p, p == ${wantedPath} || (p.endsWith('/*') && (${wantedPath}).startsWith(p.replace('/*', '/')))))`,
    ),
    message: "the planner's credential must allow POST to <baseURL's path>/chat/completions in use.methods and use.paths",
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

const reserved = (secret: string): string =>
  `(${secret} == self.metadata.name + '-account' || (${secret}.startsWith(self.metadata.name + '-') && ${secret}.endsWith('-boot')))`

/** Rules of the whole resource. */
export const resourceRules: readonly CelRule[] = [
  {
    rule: "self.metadata.name.matches(r'^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$')",
    message:
      'metadata.name must be at most 40 lower-case letters, digits and -, start with a letter and not end with -: objects are named from it',
  },
  {
    rule: `self.spec.credentials.all(c, !has(c.secretRef) || !(${reserved('c.secretRef.name')} || c.secretRef.name == self.metadata.name + '-admin'))`,
    message:
      "a credential's secretRef must not be a Secret of the operator's own (<name>-account, <name>-admin, <name>-…-boot): name another",
    fieldPath: '.spec.credentials',
  },
  {
    rule: `!has(self.spec.nextcloud.adminSecretRef) || !${reserved('self.spec.nextcloud.adminSecretRef.name')}`,
    message: "adminSecretRef must not be the account's or a boot Secret (<name>-account, <name>-…-boot): name another",
    fieldPath: '.spec.nextcloud',
  },
  {
    rule: `!has(self.spec.nextcloud.tls) || !${reserved('self.spec.nextcloud.tls.secretRef.name')}`,
    message: "tls.secretRef must not be the account's or a boot Secret (<name>-account, <name>-…-boot): name another",
    fieldPath: '.spec.nextcloud',
  },
]
