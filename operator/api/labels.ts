import type { Role } from './roles.ts'

/** Keys of the labels on everything the operator makes, pods included. */
export const labelKeys = {
  appName: 'app.kubernetes.io/name',
  managedBy: 'app.kubernetes.io/managed-by',
  name: 'moltagent.cloud/name',
  uid: 'moltagent.cloud/uid',
  role: 'moltagent.cloud/role',
} as const

/** Every label key of ours starts with it; admission guards pods and machines that carry one. */
export const labelPrefix = 'moltagent.cloud/'

export const appNameValue = 'moltagent'
export const managedByValue = 'moltagent-operator'

interface Owner {
  readonly name: string
  readonly uid: string
}

/**
 * Labels for an object of a Moltagent, of one of its machines when `role` is given.
 *
 * Never `app.kubernetes.io/instance` (Argo CD tracks by it) and never a copy of the user's own labels.
 */
export function labelsFor(owner: Owner, role?: Role): Readonly<Record<string, string>> {
  return {
    [labelKeys.appName]: appNameValue,
    [labelKeys.managedBy]: managedByValue,
    [labelKeys.name]: owner.name,
    [labelKeys.uid]: owner.uid,
    ...(role === undefined ? {} : { [labelKeys.role]: role }),
  }
}

/** What policies and Services select pods by: the resource's UID, so that a namesake in another life or namespace never matches. */
export function selectorLabels(uid: string, role: Role): Readonly<Record<string, string>> {
  return { [labelKeys.uid]: uid, [labelKeys.role]: role }
}
