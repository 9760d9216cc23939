import { stringify } from 'yaml'
import { customResourceDefinition } from './api/custom-resource-definition.ts'
import { argocdFiles } from './argocd-files.ts'
import { chartFiles } from './chart-files.ts'
import { trafficMatrixPage } from './desired/network/matrix-table.ts'

export interface GeneratedFile {
  /** From the project's root. */
  readonly path: string
  readonly text: string
}

const notice = '# Generated from operator/api by `npm run generate`. Do not edit.\n'

/** Long lines stay whole: a folded rule is hard to compare in review. */
const toYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

/** Everything that is made from the schemas and committed. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [
    { path: 'crds/moltagents.yaml', text: notice + toYaml(customResourceDefinition()) },
    { path: 'docs/traffic-matrix.md', text: trafficMatrixPage() },
    ...chartFiles(),
    ...argocdFiles(),
  ]
}
