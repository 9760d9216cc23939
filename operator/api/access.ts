/** One RBAC rule, with the reason that a reviewer asks for. */
export interface AccessRule {
  readonly apiGroup: string
  readonly resources: readonly string[]
  readonly verbs: readonly Verb[]
  readonly why: string
}

type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'

const observe = ['get', 'list', 'watch'] as const
/** Server-side apply of something new needs both `create` and `patch`. */
const own = [...observe, 'create', 'patch', 'delete'] as const

/**
 * What the operator and the gateway may do, and all of it: the chart's roles are generated from it, and a test compares it with the kinds
 * that the operator's code addresses. `instances` is granted where Moltagents are (everywhere, or in the listed namespaces), `home` in the
 * installation's own namespace, `cluster` in any case: what is in no namespace.
 */
export const access = {
  operator: {
    instances: [
      {
        apiGroup: 'moltagent.cloud',
        resources: ['moltagents'],
        verbs: [...observe, 'patch'],
        why: 'to follow resources; patch for the finalizer',
      },
      { apiGroup: 'moltagent.cloud', resources: ['moltagents/status'], verbs: ['patch'], why: 'to report what it observed' },
      { apiGroup: 'moltagent.cloud', resources: ['moltagents/finalizers'], verbs: ['update'], why: 'to be the owner of objects' },
      {
        apiGroup: 'networking.k8s.io',
        resources: ['networkpolicies'],
        verbs: own,
        why: 'to isolate machines, and to see policies that widen ours',
      },
      { apiGroup: 'kubevirt.io', resources: ['virtualmachines'], verbs: own, why: 'to run machines' },
      {
        apiGroup: 'kubevirt.io',
        resources: ['virtualmachineinstances'],
        verbs: [...observe, 'delete'],
        why: 'to observe machines; delete to stop one by force',
      },
      { apiGroup: '', resources: ['pods'], verbs: ['list'], why: "to see that a machine's pod is gone before its policies go" },
      { apiGroup: '', resources: ['services', 'persistentvolumeclaims'], verbs: own, why: 'for addresses and data of machines' },
      {
        apiGroup: '',
        resources: ['secrets'],
        verbs: own,
        why: 'to make boot and account Secrets, and to see deletions at once. Watched as metadata; a value is read by name, when used. RBAC cannot grant the one without the other',
      },
      { apiGroup: 'events.k8s.io', resources: ['events'], verbs: ['create'], why: 'to tell people' },
    ],
    home: [
      { apiGroup: 'coordination.k8s.io', resources: ['leases'], verbs: ['get', 'create', 'update'], why: 'to have one leader' },
      { apiGroup: '', resources: ['secrets'], verbs: own, why: 'for authorities, keys, and the record of revocations' },
      { apiGroup: '', resources: ['services'], verbs: ['get'], why: "for the gateway's address" },
    ],
    cluster: [{ apiGroup: 'storage.k8s.io', resources: ['storageclasses'], verbs: ['get'], why: 'to say that a storage class is missing' }],
  },
  gateway: {
    instances: [
      { apiGroup: 'moltagent.cloud', resources: ['moltagents'], verbs: observe, why: 'to follow resources' },
      {
        apiGroup: 'moltagent.cloud',
        resources: ['moltagents/status'],
        verbs: ['patch'],
        why: 'for status.agent; admission refuses the rest',
      },
      { apiGroup: '', resources: ['pods'], verbs: observe, why: 'to know a machine by its address' },
      {
        apiGroup: '',
        resources: ['secrets'],
        verbs: ['list', 'watch'],
        why: 'to see deletions of account and credential Secrets. Watched as metadata, no value is read. RBAC cannot grant the one without the other',
      },
      { apiGroup: 'coordination.k8s.io', resources: ['leases'], verbs: ['get', 'create', 'patch'], why: "for the agents' heartbeats" },
    ],
    home: [
      { apiGroup: '', resources: ['secrets'], verbs: ['get'], why: 'for its keys and for what an enrolment hands over, by name' },
      {
        apiGroup: 'coordination.k8s.io',
        resources: ['leases'],
        verbs: ['get', 'create', 'update', 'patch'],
        why: 'so that a token is used once',
      },
    ],
    cluster: [],
  },
} as const satisfies Record<string, Record<'instances' | 'home' | 'cluster', readonly AccessRule[]>>
