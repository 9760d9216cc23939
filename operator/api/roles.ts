/** The three machines of one Moltagent. */
export const roles = ['nextcloud', 'agent', 'ollama'] as const

export type Role = (typeof roles)[number]
