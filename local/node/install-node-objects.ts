import type { Cluster } from '../control-plane/join-cluster.ts'
import type { Manifest } from '../control-plane/kubevirt-manifests.ts'
import { putObject } from '../control-plane/put-object.ts'
import { createKubernetesClient } from '../kubernetes/client.ts'
import { storageClass } from './provision-claims.ts'

const provisionerRole: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'local-folder-provisioner' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:persistent-volume-provisioner' },
  subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'local-folder' }],
}

/** The default StorageClass and its provisioner's role. */
export async function installNodeObjects(cluster: Cluster): Promise<void> {
  const admin = createKubernetesClient(cluster.admin)
  const { signal } = new AbortController()
  try {
    await Promise.all([putObject(admin, storageClass, signal), putObject(admin, provisionerRole, signal)])
  } finally {
    admin.close()
  }
}
