/** Exit codes of `moltagent-audit`. */
export const auditExitCodes = { intact: 0, broken: 1, failed: 2, suspicious: 3 } as const
