/** Annotations that the operator writes on its own objects, to know again later what it decided. */
export const annotationKeys = {
  /** On every VirtualMachine: the cluster addresses of all three Services, as JSON. Hosts files hold them: they never change. */
  serviceAddresses: 'moltagent.cloud/service-addresses',
  /** On a VirtualMachine's template, and so on what runs: digest of the boot data that the guest has to be restarted for. */
  bootRevision: 'moltagent.cloud/boot-revision',
  /** On a Secret: keyed digest of its content, so that it can be compared without being read. */
  contentDigest: 'moltagent.cloud/content-digest',
} as const
