import { z } from 'zod'

/** A program of the control plane: its file's name, the Go package that builds it, and the file's name that Go gives it. */
export interface Program {
  readonly name: ProgramName
  readonly goPackage: string
  readonly builtAs: string
}

const programNames = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kubectl',
  'helm',
  'virt-api',
  'virt-controller',
  'kubevirt-manifests',
] as const

export type ProgramName = (typeof programNames)[number]

const kubernetes = (name: ProgramName): Program => ({ name, goPackage: `k8s.io/kubernetes/cmd/${name}`, builtAs: name })
const kubevirt = (name: ProgramName): Program => ({ name, goPackage: `kubevirt.io/kubevirt/cmd/${name}`, builtAs: name })

export const programs: readonly Program[] = [
  { name: 'etcd', goPackage: 'go.etcd.io/etcd/server/v3', builtAs: 'server' },
  kubernetes('kube-apiserver'),
  kubernetes('kube-controller-manager'),
  kubernetes('kube-proxy'),
  kubernetes('kubectl'),
  { name: 'helm', goPackage: 'helm.sh/helm/v3/cmd/helm', builtAs: 'helm' },
  kubevirt('virt-api'),
  kubevirt('virt-controller'),
  { name: 'kubevirt-manifests', goPackage: './manifests', builtAs: 'manifests' },
]

/** Every program's file. */
export const binariesSchema = z.record(z.enum(programNames), z.string()).readonly()
export type Binaries = z.infer<typeof binariesSchema>
