import { stringify } from 'yaml'
import { access, type AccessRule } from './api/access.ts'
import { admissionPolicies } from './api/admission/admission-policies.ts'
import { customResourceDefinition } from './api/custom-resource-definition.ts'
import type { GeneratedFile } from './generated-files.ts'

/** Long lines stay whole: a folded rule is hard to compare in review. */
const toYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

const templates = 'charts/moltagent-operator/templates'
const notice = '{{- /* Generated from operator/api by `npm run generate`. Do not edit. */}}\n'

/** In back quotes, because YAML may put the whole text into double ones. */
const include = (name: string): string => '{{ include `' + name + '` . }}'

const labelsPlaceholder = { LABELS: 'LABELS' }
const withLabels = (yaml: string): string =>
  yaml.replaceAll(
    /^( *)LABELS: LABELS$/gm,
    (_line, indent: string) => `${indent}{{- include \`moltagent.labels\` . | nindent ${indent.length} }}`,
  )

function definitionTemplate(): string {
  const definition = { ...customResourceDefinition() }
  const metadata = {
    name: 'moltagents.moltagent.cloud',
    labels: labelsPlaceholder,
    // Uninstalling the operator must not delete every Moltagent with its machines.
    annotations: { 'helm.sh/resource-policy': 'keep' },
  }
  return `${notice}{{- if .Values.crds.install }}\n${withLabels(toYaml({ ...definition, metadata }))}{{- end }}\n`
}

/** In namespaced mode another installation may rule other namespaces, with policies of its own. */
const namespaceSelector = `
{{- with .Values.watchNamespaces }}
      namespaceSelector:
        matchExpressions:
          - key: kubernetes.io/metadata.name
            operator: In
            values: {{- toYaml . | nindent 14 }}
{{- end }}`

function admissionTemplate(): string {
  const manifests = admissionPolicies({
    namePrefix: include('moltagent.clusterName'),
    labels: labelsPlaceholder,
    operatorUser: include('moltagent.operatorUser'),
    gatewayUser: include('moltagent.gatewayUser'),
    kubevirtNamespace: '{{ .Values.kubevirtNamespace }}',
  })
  const documents = manifests.map((manifest) => `---\n${withLabels(toYaml(manifest))}`).join('')
  return (
    notice +
    documents.replaceAll(
      '\n    matchPolicy: Equivalent',
      `\n    matchPolicy: Equivalent${namespaceSelector.replaceAll('\n      ', '\n    ')}`,
    )
  )
}

const rulesYaml = (rules: readonly AccessRule[]): string =>
  rules.map((rule) => `# ${rule.why}\n${toYaml([{ apiGroups: [rule.apiGroup], resources: rule.resources, verbs: rule.verbs }])}`).join('')

function accessTemplate(): string {
  const defined = Object.entries(access).flatMap(([who, scopes]) =>
    Object.entries(scopes).map(([scope, rules]) => `{{- define "moltagent.${who}.${scope}" -}}\n${rulesYaml(rules)}{{- end }}\n`),
  )
  return notice + defined.join('')
}

/** The chart's generated part: what must say the same as the schemas and constants. */
export function chartFiles(): readonly GeneratedFile[] {
  return [
    { path: `${templates}/crd.yaml`, text: definitionTemplate() },
    { path: `${templates}/admission-policies.yaml`, text: admissionTemplate() },
    { path: `${templates}/_access.tpl`, text: accessTemplate() },
  ]
}
