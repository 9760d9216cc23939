const ours = [
  { group: 'moltagent.cloud' },
  { group: 'kubevirt.io' },
  { group: 'networking.k8s.io' },
  { group: 'coordination.k8s.io' },
  { group: '', resources: ['services', 'persistentvolumeclaims', 'pods', 'events'] },
]

const writes = ['create', 'update', 'patch', 'delete', 'deletecollection']

/**
 * What the API server writes to its audit log, one line per finished request: every write (with its body where the kind is one of ours and
 * holds no secret), and every read of Secrets. So writes can be counted and put in order, and Secret reads can be shown.
 */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted', 'Panic'],
  omitManagedFields: true,
  rules: [
    { level: 'None', users: ['system:apiserver'] },
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets'] }] },
    { level: 'None', verbs: ['get', 'list', 'watch'] },
    { level: 'None', resources: [{ group: 'authentication.k8s.io' }, { group: 'authorization.k8s.io' }] },
    { level: 'Request', verbs: writes, resources: ours },
    { level: 'Metadata', verbs: writes },
  ],
} as const
