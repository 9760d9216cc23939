import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { GeneratedFile } from './generated-files.ts'

const folder = 'deploy/argocd'
const notice = '# Generated from deploy/argocd/health.lua by `npm run generate`. Do not edit.\n# Merge it into the ConfigMap argocd-cm.\n'

/** The patch that teaches Argo CD the health of a Moltagent. The script is a file of its own, so that it can be run and tested. */
export function argocdFiles(): readonly GeneratedFile[] {
  const script = readFileSync(join(import.meta.dirname, '..', folder, 'health.lua'), 'utf8')
  const patch = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'argocd' },
    data: { 'resource.customizations.health.moltagent.cloud_Moltagent': script },
  }
  return [{ path: `${folder}/argocd-cm.yaml`, text: notice + stringify(patch, { lineWidth: 0 }) }]
}
