/** Who owns which fields, in server-side apply. */
export const fieldManagers = {
  /** Every object the operator makes. */
  objects: 'moltagent-operator',
  /** The operator's part of a Moltagent's status. */
  status: 'moltagent-operator-status',
  /** `status.agent` and nothing else. */
  gateway: 'moltagent-gateway',
} as const
