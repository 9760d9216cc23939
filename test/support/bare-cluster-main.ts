import { startTestCluster } from './test-cluster.ts'

/** Keeps a cluster without KubeVirt until it is killed, for a test to kill; tells its state folder. */
const cluster = await startTestCluster({ kubevirt: false })
console.log(`kubeconfig: ${cluster.kubeconfigPath}`)
