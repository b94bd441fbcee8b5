{{- /* deploy/monitoring/alerts.yaml, of which files/ has a copy. */ -}}
{{- define "kubernetes-vault.alerts" -}}
{{- .Files.Get "files/alerts.yaml" -}}
{{- end -}}
