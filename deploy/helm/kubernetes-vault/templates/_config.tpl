{{- /*
The configuration: what `config` says, and over it what values of their own say. _validate.tpl sees
to it that no key is said twice.
*/ -}}
{{- define "kubernetes-vault.config" -}}
{{- $config := dict
  "vault" (include "kubernetes-vault.config.vault" . | fromYaml)
  "kubernetes" (dict
    "watchNamespace" .Values.watchNamespace
    "serviceNamespace" .Release.Namespace
    "service" (include "kubernetes-vault.fullname" .))
  "prometheus" (include "kubernetes-vault.config.prometheus" . | fromYaml)
  "health" (dict "port" .Values.health.port)
  "peerPort" .Values.peerPort
-}}
{{- if not .Values.authorization.allowAll -}}
{{- /* Always a list: without one everything would be allowed. */ -}}
{{- $_ := set $config "authorization" (dict "rules" (.Values.authorization.rules | default list)) -}}
{{- end -}}
{{- if eq .Values.election "raft" -}}
{{- $_ := set $config "election" "raft" -}}
{{- $_ := set $config "cluster" (include "kubernetes-vault.config.cluster" . | fromYaml) -}}
{{- end -}}
{{- mergeOverwrite (deepCopy (.Values.config | default dict)) $config | toYaml -}}
{{- end -}}

{{- define "kubernetes-vault.config.vault" -}}
{{- with .Values.vault -}}
addr: {{ .addr | quote }}
{{- if .auth.token.existingSecret }}
tokenFile: /var/run/secrets/kubernetes-vault/token
{{- end }}
{{- if .auth.kubernetes.role }}
auth:
  kubernetes:
    role: {{ .auth.kubernetes.role | quote }}
    mount: {{ .auth.kubernetes.mount | quote }}
    {{- if .auth.kubernetes.audience }}
    tokenFile: /var/run/secrets/kubernetes-vault/token
    {{- end }}
{{- else if .auth.approle.roleId }}
auth:
  approle:
    roleId: {{ .auth.approle.roleId | quote }}
    secretIdFile: /var/run/secrets/kubernetes-vault/secret-id
    mount: {{ .auth.approle.mount | quote }}
{{- end }}
{{- if or .ca.existingConfigMap .ca.existingSecret }}
tls:
  caCert: /var/run/secrets/vault-ca/ca.crt
{{- end }}
{{- end -}}
{{- end -}}

{{- define "kubernetes-vault.config.cluster" -}}
{{- with .Values.cluster -}}
{{- if .existingSecret }}
keyFile: /var/run/secrets/cluster/keys
{{- end }}
gossipPort: {{ .gossipPort }}
raftPort: {{ .raftPort }}
{{- end -}}
{{- end -}}

{{- define "kubernetes-vault.config.prometheus" -}}
{{- with .Values.metrics -}}
port: {{ .port }}
{{- if or .tls.existingSecret .tls.vaultMount }}
tls:
  {{- if .tls.existingSecret }}
  certFile: /var/run/secrets/metrics/tls.crt
  certKey: /var/run/secrets/metrics/tls.key
  {{- else }}
  vaultCertBackend: {{ .tls.vaultMount | quote }}
  vaultCertRole: {{ .tls.vaultRole | quote }}
  {{- end }}
  {{- if .clientCA.vaultMounts }}
  vaultCABackends: {{ toJson .clientCA.vaultMounts }}
  {{- else if or .clientCA.existingConfigMap .clientCA.existingSecret }}
  caCert: /var/run/secrets/metrics-clients/ca.crt
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}
