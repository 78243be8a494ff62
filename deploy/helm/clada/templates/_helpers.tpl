{{- define "clada.name" -}}
{{- printf "%s-clada" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels that select a role. Call with (list $ "worker"). */}}
{{- define "clada.selector" -}}
app.kubernetes.io/name: clada
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "clada.labels" -}}
{{ include "clada.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version }}
{{- end -}}

{{/* A role's settings, as the file that --config names. */}}
{{- define "clada.properties" -}}
{{- $root := index . 0 -}}
{{- $role := index $root.Values (index . 1) -}}
{{- $kafka := $root.Values.kafka -}}
{{- $all := dict
  "bootstrap.servers" (required "kafka.bootstrapServers is required: host:port of your brokers" $kafka.bootstrapServers)
  "schema.registry.url" (required "kafka.schemaRegistryUrl is required: where your schema registry is" $kafka.schemaRegistryUrl)
  "clada.topic.prefix" $kafka.topicPrefix
  "clada.partitions" $kafka.partitions
  "clada.replication.factor" $kafka.replicationFactor -}}
{{- range $kafka.secretProperties -}}
{{- $_ := set $all . (printf "${directory:/etc/clada/secret:%s}" .) -}}
{{- end -}}
{{- if $kafka.certificateAuthority.existingSecret -}}
{{- $_ := set $all "ssl.truststore.type" "PEM" -}}
{{- $_ := set $all "ssl.truststore.location" (printf "/etc/clada/ca/%s" $kafka.certificateAuthority.key) -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite $all (deepCopy $kafka.properties) (deepCopy $role.properties) }}
{{ $name }}={{ $value }}
{{- end }}
{{- end -}}

{{/* What every role's pod has in common. Call with (list $ "worker" port). */}}
{{- define "clada.pod" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $role := index $root.Values $name -}}
serviceAccountName: {{ include "clada.name" $root }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with $role.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $role.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $role.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $role.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "clada.selector" (list $root $name) | nindent 8 }}
{{- end -}}

{{/* What every role's container has in common. Call with (list $ "worker" port). */}}
{{- define "clada.container" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $port := index . 2 -}}
{{- $role := index $root.Values $name -}}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
env:
  - name: CLADA_JAVA_OPTS
    value: {{ $role.javaOptions | quote }}
ports:
  - name: ops
    containerPort: {{ $port }}
  {{- if eq $name "gateway" }}
  - name: http
    containerPort: 8080
  {{- end }}
# Answers before the model is loaded, so this is Java's start alone.
startupProbe:
  httpGet: {path: /health/live, port: ops}
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /health/live, port: ops}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /health/ready, port: ops}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
resources: {{- toYaml $role.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "clada.mounts" -}}
{{- $root := index . 0 -}}
{{- $role := index $root.Values (index . 1) -}}
- {name: tmp, mountPath: /tmp}
- {name: config, mountPath: /etc/clada/config, readOnly: true}
{{- if $role.existingSecret }}
- {name: secret, mountPath: /etc/clada/secret, readOnly: true}
{{- end }}
{{- if $root.Values.kafka.certificateAuthority.existingSecret }}
- {name: ca, mountPath: /etc/clada/ca, readOnly: true}
{{- end }}
{{- end -}}

{{- define "clada.volumes" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $role := index $root.Values $name -}}
- name: tmp
  emptyDir: {sizeLimit: 512Mi}
- name: config
  configMap: {name: {{ include "clada.name" $root }}-{{ $name }}}
{{- if $role.existingSecret }}
- name: secret
  secret: {secretName: {{ $role.existingSecret }}, defaultMode: 0440}
{{- end }}
{{- with $root.Values.kafka.certificateAuthority.existingSecret }}
- name: ca
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- end -}}

{{/* A claim on a volume for state. Call with a role's values. */}}
{{- define "clada.stateClaim" -}}
- metadata: {name: state}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .storageClassName }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests: {storage: {{ .stateSize }}}
{{- end -}}
