{{- /* What a controller and the pod of `helm test` have in common: both read the configuration. */ -}}

{{- define "kubernetes-vault.env" -}}
- name: KUBERNETES_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kubernetes-vault.volumeMounts" -}}
- name: config
  mountPath: /kubernetes-vault
  readOnly: true
{{- with .Values.vault }}
{{- if or .auth.token.existingSecret .auth.approle.roleId (and .auth.kubernetes.role .auth.kubernetes.audience) }}
- name: token
  mountPath: /var/run/secrets/kubernetes-vault
  readOnly: true
{{- end }}
{{- if or .ca.existingConfigMap .ca.existingSecret }}
- name: vault-ca
  mountPath: /var/run/secrets/vault-ca
  readOnly: true
{{- end }}
{{- end }}
{{- with .Values.metrics }}
{{- if .tls.existingSecret }}
- name: metrics
  mountPath: /var/run/secrets/metrics
  readOnly: true
{{- end }}
{{- if or .clientCA.existingConfigMap .clientCA.existingSecret }}
- name: metrics-clients
  mountPath: /var/run/secrets/metrics-clients
  readOnly: true
{{- end }}
{{- end }}
{{- if eq .Values.election "raft" }}
{{- if .Values.cluster.existingSecret }}
- name: cluster
  mountPath: /var/run/secrets/cluster
  readOnly: true
{{- end }}
{{- if not (dig "raftDir" "" (.Values.config | default dict)) }}
- name: raft
  mountPath: /var/lib/kubernetes-vault
{{- end }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kubernetes-vault.volumes" -}}
- name: config
  configMap:
    name: {{ include "kubernetes-vault.fullname" . | trunc 56 | trimSuffix "-" }}-config
{{- with .Values.vault }}
{{- if .auth.token.existingSecret }}
{{ include "kubernetes-vault.secretVolume" (list "token" .auth.token.existingSecret .auth.token.key "token") }}
{{- else if .auth.approle.roleId }}
{{ include "kubernetes-vault.secretVolume" (list "token" .auth.approle.existingSecret .auth.approle.key "secret-id") }}
{{- else if and .auth.kubernetes.role .auth.kubernetes.audience }}
- name: token
  projected:
    sources:
      - serviceAccountToken:
          audience: {{ .auth.kubernetes.audience | quote }}
          expirationSeconds: 3600
          path: token
{{- end }}
{{- include "kubernetes-vault.caVolume" (list "vault-ca" .ca) }}
{{- end }}
{{- with .Values.metrics }}
{{- with .tls.existingSecret }}
- name: metrics
  secret:
    secretName: {{ . }}
{{- end }}
{{- include "kubernetes-vault.caVolume" (list "metrics-clients" .clientCA) }}
{{- end }}
{{- if eq .Values.election "raft" }}
{{- with .Values.cluster }}
{{- if .existingSecret }}
{{ include "kubernetes-vault.secretVolume" (list "cluster" .existingSecret .key "keys") }}
{{- end }}
{{- if not (dig "raftDir" "" ($.Values.config | default dict)) }}
- name: raft
  emptyDir:
    sizeLimit: {{ .dataSize }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* One key of a Secret: (list volume secret key path). */ -}}
{{- define "kubernetes-vault.secretVolume" -}}
- name: {{ index . 0 }}
  secret:
    secretName: {{ index . 1 }}
    items:
      - key: {{ index . 2 | quote }}
        path: {{ index . 3 }}
{{- end -}}

{{- /* ca.crt, of a ConfigMap or a Secret: (list volume source). */ -}}
{{- define "kubernetes-vault.caVolume" -}}
{{- $ca := index . 1 -}}
{{- if $ca.existingConfigMap }}
- name: {{ index . 0 }}
  configMap:
    name: {{ $ca.existingConfigMap }}
    items:
      - key: {{ $ca.key | quote }}
        path: ca.crt
{{- else if $ca.existingSecret }}
{{ include "kubernetes-vault.secretVolume" (list (index . 0) $ca.existingSecret $ca.key "ca.crt") }}
{{- end }}
{{- end -}}

{{- /* The constraints, those without a selector with that of the controllers. */ -}}
{{- define "kubernetes-vault.spread" -}}
{{- $own := dict "labelSelector" (dict "matchLabels" (include "kubernetes-vault.selectorLabels" . | fromYaml)) -}}
{{- if semverCompare ">=1.27-0" .Capabilities.KubeVersion.Version -}}
{{- /* Keeps old pods out of the count during an update. */ -}}
{{- $_ := set $own "matchLabelKeys" (list "pod-template-hash") -}}
{{- end -}}
{{- $constraints := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $constraints = append $constraints (ternary . (merge (deepCopy .) (deepCopy $own)) (hasKey . "labelSelector")) -}}
{{- end -}}
{{- toYaml $constraints -}}
{{- end -}}
