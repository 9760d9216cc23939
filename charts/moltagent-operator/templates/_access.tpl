{{- /* Generated from operator/api by `npm run generate`. Do not edit. */}}
{{- define "moltagent.operator.instances" -}}
# to follow resources; patch for the finalizer
- apiGroups:
    - moltagent.cloud
  resources:
    - moltagents
  verbs:
    - get
    - list
    - watch
    - patch
# to report what it observed
- apiGroups:
    - moltagent.cloud
  resources:
    - moltagents/status
  verbs:
    - patch
# to be the owner of objects
- apiGroups:
    - moltagent.cloud
  resources:
    - moltagents/finalizers
  verbs:
    - update
# to isolate machines, and to see policies that widen ours
- apiGroups:
    - networking.k8s.io
  resources:
    - networkpolicies
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
# to run machines
- apiGroups:
    - kubevirt.io
  resources:
    - virtualmachines
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
# to observe machines; delete to stop one by force
- apiGroups:
    - kubevirt.io
  resources:
    - virtualmachineinstances
  verbs:
    - get
    - list
    - watch
    - delete
# to see that a machine's pod is gone before its policies go
- apiGroups:
    - ""
  resources:
    - pods
  verbs:
    - list
# for addresses and data of machines
- apiGroups:
    - ""
  resources:
    - services
    - persistentvolumeclaims
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
# to make boot and account Secrets, and to see deletions at once. Watched as metadata; a value is read by name, when used. RBAC cannot grant the one without the other
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
# to tell people
- apiGroups:
    - events.k8s.io
  resources:
    - events
  verbs:
    - create
{{- end }}
{{- define "moltagent.operator.home" -}}
# to have one leader
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - get
    - create
    - update
# for authorities, keys, and the record of revocations
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
# for the gateway's address
- apiGroups:
    - ""
  resources:
    - services
  verbs:
    - get
{{- end }}
{{- define "moltagent.operator.cluster" -}}
# to say that a storage class is missing
- apiGroups:
    - storage.k8s.io
  resources:
    - storageclasses
  verbs:
    - get
{{- end }}
{{- define "moltagent.gateway.instances" -}}
# to follow resources
- apiGroups:
    - moltagent.cloud
  resources:
    - moltagents
  verbs:
    - get
    - list
    - watch
# for status.agent; admission refuses the rest
- apiGroups:
    - moltagent.cloud
  resources:
    - moltagents/status
  verbs:
    - patch
# to know a machine by its address
- apiGroups:
    - ""
  resources:
    - pods
  verbs:
    - get
    - list
    - watch
# to see deletions of account and credential Secrets. Watched as metadata, no value is read. RBAC cannot grant the one without the other
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - list
    - watch
# for the agents' heartbeats
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - get
    - create
    - patch
{{- end }}
{{- define "moltagent.gateway.home" -}}
# for its keys and for what an enrolment hands over, by name
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - get
# so that a token is used once
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - get
    - create
    - update
    - patch
{{- end }}
{{- define "moltagent.gateway.cluster" -}}
{{- end }}
