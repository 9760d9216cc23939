import type { Role } from './roles.ts'

/** Objects are `<name>-<role>`; a name has at most 40 characters, so every one of these fits in a label's 63. */
export const objectNames = {
  machine: (name: string, role: Role): string => `${name}-${role}`,
  networkPolicy: (name: string, role: Role): string => `${name}-${role}`,
  service: (name: string, role: Role): string => `${name}-${role}`,
  bootSecret: (name: string, role: Role): string => `${name}-${role}-boot`,
  dataClaim: (name: string, role: 'nextcloud' | 'agent'): string => `${name}-${role}-data`,
  /** Its deletion revokes everything. */
  accountSecret: (name: string): string => `${name}-account`,
  /** Made by the operator where `spec.nextcloud.adminSecretRef` is absent. */
  adminSecret: (name: string): string => `${name}-admin`,
  /** The agent's heartbeat. */
  heartbeatLease: (name: string): string => `${name}-agent`,
} as const
