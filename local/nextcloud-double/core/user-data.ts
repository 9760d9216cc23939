import type { User } from '../records.ts'
import type { World } from '../world.ts'

const scoped = (name: string, value: unknown, scope: string): Record<string, unknown> => ({ [name]: value, [`${name}Scope`]: scope })

const localFields = ['phone', 'address', 'website', 'twitter', 'bluesky', 'fediverse', 'organisation', 'role', 'headline', 'biography']

/** An account as `GET /cloud/user` and `GET /cloud/users/{id}` show it. */
export function userData(world: World, user: User): Record<string, unknown> {
  const used = world.store.list('node').reduce((sum, node) => sum + (node.ownerId === user.id ? node.size : 0), 0)
  return {
    enabled: user.enabled,
    id: user.id,
    firstLoginTimestamp: user.firstLogin,
    lastLoginTimestamp: user.lastLogin,
    lastLogin: user.lastLogin * 1000,
    backend: 'Database',
    subadmin: [],
    quota: { free: -3, used, total: -3, relative: 0, quota: -3 },
    manager: '',
    avatarScope: 'v2-federated',
    ...scoped('email', user.email, 'v2-federated'),
    ...scoped('additional_mail', [], ''),
    additional_mailScope: [],
    displayname: user.displayName,
    'display-name': user.displayName,
    displaynameScope: 'v2-federated',
    ...Object.assign({}, ...localFields.map((name) => scoped(name, '', 'v2-local'))),
    ...scoped('profile_enabled', '1', 'v2-local'),
    ...scoped('pronouns', '', 'v2-federated'),
    groups: user.groups,
    language: 'en',
    locale: '',
    timezone: '',
    notify_email: null,
    backendCapabilities: { setDisplayName: true, setPassword: true },
  }
}
