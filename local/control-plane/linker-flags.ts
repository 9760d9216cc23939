import type { Versions } from './versions.ts'

/** Go's linker flags: no debug data, and the versions that a release build would carry (`/version`, `kubectl version`, a chart's kubeVersion). */
export function linkerFlags(versions: Versions): string {
  const [major = '', minor = ''] = versions.kubernetes.split('.')
  const values = {
    ...versionVariables('k8s.io/component-base/version', versions.kubernetes),
    ...versionVariables('k8s.io/client-go/pkg/version', versions.kubernetes),
    ...versionVariables('kubevirt.io/client-go/version', versions.kubevirt),
    'helm.sh/helm/v3/internal/version.version': `v${versions.helm}`,
    'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': major,
    'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': minor,
    'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': major,
    'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': minor,
  }
  return ['-s', '-w', ...Object.entries(values).map(([name, value]) => `-X ${name}=${value}`)].join(' ')
}

function versionVariables(goPackage: string, version: string): Record<string, string> {
  const [major = '', minor = ''] = version.split('.')
  return {
    [`${goPackage}.gitVersion`]: `v${version}`,
    [`${goPackage}.gitMajor`]: major,
    [`${goPackage}.gitMinor`]: minor,
    [`${goPackage}.gitTreeState`]: 'clean',
  }
}
