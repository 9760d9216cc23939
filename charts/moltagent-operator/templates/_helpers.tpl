{{- define "moltagent.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* For objects without a namespace: installations in namespaced mode stand side by side. */}}
{{- define "moltagent.clusterName" -}}
{{- if .Values.watchNamespaces -}}
{{- printf "%s-%s" .Release.Namespace (include "moltagent.fullname" .) -}}
{{- else -}}
{{- include "moltagent.fullname" . -}}
{{- end -}}
{{- end }}

{{- define "moltagent.gatewayName" -}}
{{- printf "%s-gateway" (include "moltagent.fullname" .) -}}
{{- end }}

{{- define "moltagent.operatorUser" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "moltagent.fullname" . }}
{{- end }}

{{- define "moltagent.gatewayUser" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "moltagent.gatewayName" . }}
{{- end }}

{{- /* Of the chart's own objects. None starts with moltagent.cloud/: those mark what belongs to a Moltagent. */}}
{{- define "moltagent.selectorLabels" -}}
app.kubernetes.io/name: moltagent-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "moltagent.labels" -}}
{{ include "moltagent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "moltagent.podLabels" -}}
app.kubernetes.io/name: moltagent-operator
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "moltagent.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "moltagent.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "moltagent.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities: {drop: [ALL]}
{{- end }}

{{- define "moltagent.probes" -}}
# Alive says nothing of the API server: a restart would not mend that.
livenessProbe:
  httpGet: {path: /healthz, port: health}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: health}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}

{{- define "moltagent.commonEnv" -}}
- name: MOLTAGENT_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: MOLTAGENT_POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: MOLTAGENT_WATCH_NAMESPACES
  value: {{ join "," .Values.watchNamespaces | quote }}
- name: MOLTAGENT_HEALTH_PORT
  value: "8080"
- name: MOLTAGENT_LOG_LEVEL
  value: {{ .Values.logLevel | quote }}
{{- end }}

{{- define "moltagent.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
