{{- /* The name of the Deployment, the Service and the Lease of who acts. */ -}}
{{- define "kubernetes-vault.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* The name of what belongs to the whole cluster: releases in other namespaces have such names too. */ -}}
{{- define "kubernetes-vault.clusterName" -}}
{{- printf "%s:%s-pods" .Release.Namespace (include "kubernetes-vault.fullname" .) -}}
{{- end -}}

{{- define "kubernetes-vault.serviceAccountName" -}}
{{- default (include "kubernetes-vault.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "kubernetes-vault.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* `app` is what deploy/base calls them: policies of others fit either way of installing. */ -}}
{{- define "kubernetes-vault.commonLabels" -}}
{{- dict
  "app" .Chart.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  | merge (deepCopy .Values.commonLabels) | toYaml -}}
{{- end -}}

{{- define "kubernetes-vault.labels" -}}
{{- merge
  (include "kubernetes-vault.selectorLabels" . | fromYaml)
  (include "kubernetes-vault.commonLabels" . | fromYaml)
  | toYaml -}}
{{- end -}}

{{- /* Those of an object that others select by labels of theirs: (list $ labels). */ -}}
{{- define "kubernetes-vault.labelsWith" -}}
{{- merge
  (include "kubernetes-vault.selectorLabels" (index . 0) | fromYaml)
  (deepCopy (index . 1))
  (include "kubernetes-vault.labels" (index . 0) | fromYaml)
  | toYaml -}}
{{- end -}}

{{- /* A reference to an image: (list $ .Values.image). */ -}}
{{- define "kubernetes-vault.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $global := dig "imageRegistry" "" ($root.Values.global | default dict) -}}
{{- $registry := default $global $image.registry | trimSuffix "/" -}}
{{- $name := ternary $image.repository (printf "%s/%s" $registry $image.repository) (empty $registry) -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default $root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}
