{{- /* What the schema cannot tell, all of it at once. */ -}}
{{- define "kubernetes-vault.validate" -}}
{{- $problems := concat
  (include "kubernetes-vault.problems.required" . | fromJsonArray)
  (include "kubernetes-vault.problems.twice" . | fromJsonArray)
  (include "kubernetes-vault.problems.token" . | fromJsonArray)
  (include "kubernetes-vault.problems.ca" . | fromJsonArray)
  (include "kubernetes-vault.problems.metrics" . | fromJsonArray)
  (include "kubernetes-vault.problems.monitoring" . | fromJsonArray)
  (include "kubernetes-vault.problems.cluster" . | fromJsonArray)
  (include "kubernetes-vault.problems.others" . | fromJsonArray)
-}}
{{- if $problems -}}
{{- $count := ternary "1 problem" (printf "%d problems" (len $problems)) (eq 1 (len $problems)) -}}
{{- fail (printf "\n\n%s with the values:\n  %s\n" $count (join "\n  " $problems)) -}}
{{- end -}}
{{- end -}}

{{- define "kubernetes-vault.problems.required" -}}
{{- $problems := list -}}
{{- if not .Values.vault.addr -}}
{{- $problems = append $problems "vault.addr: is required; write the address of Vault as pods reach it, such as https://vault.vault:8200" -}}
{{- end -}}
{{- if not .Values.watchNamespace -}}
{{- $problems = append $problems "watchNamespace: is required; write the namespace whose pods are served, or ~REGEX, such as ~^team-" -}}
{{- end -}}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) -}}
{{- $problems = append $problems "serviceAccount.name: is required where serviceAccount.create is false" -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- /* Keys of `config` that values of their own set. */ -}}
{{- define "kubernetes-vault.problems.twice" -}}
{{- $problems := list -}}
{{- range $key, $instead := dict
  "vault.addr" "set vault.addr"
  "kubernetes.watchNamespace" "set watchNamespace"
  "kubernetes.serviceNamespace" "it is the namespace of the release"
  "kubernetes.service" "it is the Service of the release, whose name fullnameOverride sets"
  "authorization" "set authorization.rules"
  "prometheus.port" "set metrics.port"
  "health.port" "set health.port"
  "peerPort" "set peerPort"
  "election" "set election"
  "cluster.keyFile" "set cluster.existingSecret"
  "cluster.gossipPort" "set cluster.gossipPort"
  "cluster.raftPort" "set cluster.raftPort"
-}}
{{- if include "kubernetes-vault.isSet" (list $.Values.config (splitList "." $key)) -}}
{{- $problems = append $problems (printf "config.%s: cannot be set here; %s" $key $instead) -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- /* "yes" if something stands at the path: (list dict path). */ -}}
{{- define "kubernetes-vault.isSet" -}}
{{- $at := index . 0 -}}
{{- range index . 1 -}}
{{- if kindIs "map" $at -}}
{{- $at = index $at . -}}
{{- else -}}
{{- $at = "" -}}
{{- end -}}
{{- end -}}
{{- if not (or (kindIs "invalid" $at) (eq (toJson $at) "\"\"") (eq (toJson $at) "[]") (eq (toJson $at) "{}")) -}}
yes
{{- end -}}
{{- end -}}

{{- define "kubernetes-vault.problems.token" -}}
{{- $problems := list -}}
{{- $auth := .Values.vault.auth -}}
{{- $ways := list -}}
{{- if $auth.token.existingSecret -}}{{- $ways = append $ways "vault.auth.token" -}}{{- end -}}
{{- if or $auth.kubernetes.role $auth.kubernetes.audience -}}{{- $ways = append $ways "vault.auth.kubernetes" -}}{{- end -}}
{{- if or $auth.approle.roleId $auth.approle.existingSecret -}}{{- $ways = append $ways "vault.auth.approle" -}}{{- end -}}
{{- range list "vault.token" "vault.tokenFile" "vault.auth.kubernetes" "vault.auth.approle" -}}
{{- if include "kubernetes-vault.isSet" (list $.Values.config (splitList "." .)) -}}
{{- $ways = append $ways (printf "config.%s" .) -}}
{{- end -}}
{{- end -}}
{{- if not $ways -}}
{{- $problems = append $problems "vault.auth: says nowhere how the controllers get a token of Vault; set one of vault.auth.token.existingSecret, vault.auth.kubernetes.role, and vault.auth.approle.roleId with existingSecret" -}}
{{- else if gt (len $ways) 1 -}}
{{- $problems = append $problems (printf "vault.auth: %s contradict each other: the token comes from one place; keep one" (join " and " $ways)) -}}
{{- end -}}
{{- if and $auth.kubernetes.audience (not $auth.kubernetes.role) -}}
{{- $problems = append $problems "vault.auth.kubernetes.role: is required with audience" -}}
{{- end -}}
{{- if and $auth.approle.roleId (not $auth.approle.existingSecret) -}}
{{- $problems = append $problems "vault.auth.approle.existingSecret: is required with roleId: the Secret that holds the secret_id" -}}
{{- end -}}
{{- if and $auth.approle.existingSecret (not $auth.approle.roleId) -}}
{{- $problems = append $problems "vault.auth.approle.roleId: is required with existingSecret" -}}
{{- end -}}
{{- $token := dig "vault" "token" "" (.Values.config | default dict) | default "" | toString -}}
{{- if and $token (not (contains "$" $token)) -}}
{{- $problems = append $problems "config.vault.token: would stand in a ConfigMap, where many may read it; put the token into a Secret and set vault.auth.token.existingSecret" -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- define "kubernetes-vault.problems.ca" -}}
{{- $problems := list -}}
{{- $ways := list -}}
{{- range list "existingConfigMap" "existingSecret" -}}
{{- if index $.Values.vault.ca . -}}{{- $ways = append $ways (printf "vault.ca.%s" .) -}}{{- end -}}
{{- end -}}
{{- range list "caCert" "vaultCABackends" -}}
{{- if include "kubernetes-vault.isSet" (list $.Values.config (list "vault" "tls" .)) -}}
{{- $ways = append $ways (printf "config.vault.tls.%s" .) -}}
{{- end -}}
{{- end -}}
{{- if gt (len $ways) 1 -}}
{{- $problems = append $problems (printf "vault.ca: %s contradict each other; keep one" (join " and " $ways)) -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- define "kubernetes-vault.problems.metrics" -}}
{{- $problems := list -}}
{{- $tls := .Values.metrics.tls -}}
{{- $clients := .Values.metrics.clientCA -}}
{{- $ownTls := include "kubernetes-vault.isSet" (list .Values.config (list "prometheus" "tls")) -}}
{{- if ne (empty $tls.vaultMount) (empty $tls.vaultRole) -}}
{{- $problems = append $problems "metrics.tls: vaultMount and vaultRole need each other" -}}
{{- end -}}
{{- if and $tls.existingSecret (or $tls.vaultMount $tls.vaultRole) -}}
{{- $problems = append $problems "metrics.tls: the certificate comes from existingSecret or from Vault (vaultMount, vaultRole); keep one" -}}
{{- end -}}
{{- $ways := list -}}
{{- range list "existingConfigMap" "existingSecret" "vaultMounts" -}}
{{- if index $clients . -}}{{- $ways = append $ways . -}}{{- end -}}
{{- end -}}
{{- if gt (len $ways) 1 -}}
{{- $problems = append $problems (printf "metrics.clientCA: %s contradict each other; keep one" (join " and " $ways)) -}}
{{- end -}}
{{- if and $ways (not (or $tls.existingSecret $tls.vaultMount)) -}}
{{- $problems = append $problems "metrics.clientCA: has no effect on plain http; set metrics.tls too" -}}
{{- end -}}
{{- if and $ownTls (or $ways $tls.existingSecret $tls.vaultMount) -}}
{{- $problems = append $problems "config.prometheus.tls: contradicts metrics.tls and metrics.clientCA; keep the one or the others" -}}
{{- end -}}
{{- $ports := dict -}}
{{- $used := dict "metrics.port" .Values.metrics.port "health.port" .Values.health.port "peerPort" .Values.peerPort -}}
{{- if eq .Values.election "raft" -}}
{{- $_ := set $used "cluster.gossipPort" .Values.cluster.gossipPort -}}
{{- $_ := set $used "cluster.raftPort" .Values.cluster.raftPort -}}
{{- end -}}
{{- range $key, $port := $used -}}
{{- $twin := get $ports (toString $port) -}}
{{- if $twin -}}
{{- $problems = append $problems (printf "%s: is port %v, as is %s; give each its own" $key $port $twin) -}}
{{- end -}}
{{- $_ := set $ports (toString $port) $key -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- define "kubernetes-vault.problems.monitoring" -}}
{{- $problems := list -}}
{{- $metrics := .Values.metrics -}}
{{- $monitor := $metrics.serviceMonitor -}}
{{- $own := dig "prometheus" "tls" dict (.Values.config | default dict) | default dict -}}
{{- $https := or $metrics.tls.existingSecret $metrics.tls.vaultMount $own -}}
{{- $clients := or $metrics.clientCA.existingConfigMap $metrics.clientCA.existingSecret $metrics.clientCA.vaultMounts $own.caCert $own.vaultCABackends -}}
{{- if $monitor.enabled -}}
{{- if and $monitor.tls.caConfigMap $monitor.tls.caSecret -}}
{{- $problems = append $problems "metrics.serviceMonitor.tls: caConfigMap and caSecret contradict each other; keep one" -}}
{{- end -}}
{{- if and $https (not (or $monitor.tls.caConfigMap $monitor.tls.caSecret)) -}}
{{- $problems = append $problems "metrics.serviceMonitor.tls: Prometheus cannot verify the controllers; set caConfigMap or caSecret: the authority of metrics.tls" -}}
{{- end -}}
{{- if and $clients (not $monitor.tls.clientSecret) -}}
{{- $problems = append $problems "metrics.serviceMonitor.tls.clientSecret: is required with metrics.clientCA: the certificate and key of Prometheus" -}}
{{- end -}}
{{- end -}}
{{- $known := list -}}
{{- range (include "kubernetes-vault.alerts" . | fromYaml).groups -}}
{{- range .rules -}}{{- $known = append $known .alert -}}{{- end -}}
{{- end -}}
{{- range $metrics.prometheusRule.disabledAlerts -}}
{{- if not (has . $known) -}}
{{- $problems = append $problems (printf "metrics.prometheusRule.disabledAlerts: there is no alert %s; there are %s" . (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- define "kubernetes-vault.problems.cluster" -}}
{{- $problems := list -}}
{{- $insecure := dig "cluster" "insecure" false (.Values.config | default dict) | toString | eq "true" -}}
{{- if eq .Values.election "raft" -}}
{{- if and $insecure .Values.cluster.existingSecret -}}
{{- $problems = append $problems "config.cluster.insecure: contradicts cluster.existingSecret; keep one" -}}
{{- else if not (or $insecure .Values.cluster.existingSecret) -}}
{{- $problems = append $problems "cluster.existingSecret: is required with election: raft: the Secret with the keys that the controllers share, each of `openssl rand -base64 32`" -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- define "kubernetes-vault.problems.others" -}}
{{- $problems := list -}}
{{- if and .Values.authorization.allowAll .Values.authorization.rules -}}
{{- $problems = append $problems "authorization.allowAll: contradicts authorization.rules: rules would count for nothing; keep one" -}}
{{- end -}}
{{- with .Values.podDisruptionBudget -}}
{{- $set := list -}}
{{- range list .minAvailable .maxUnavailable -}}{{- if ne (toString .) "" -}}{{- $set = append $set . -}}{{- end -}}{{- end -}}
{{- if and .enabled (ne 1 (len $set)) -}}
{{- $problems = append $problems "podDisruptionBudget: takes one of maxUnavailable and minAvailable; set the other to ''" -}}
{{- end -}}
{{- end -}}
{{- $policies := list -}}
{{- range .Values.networkPolicy.apps -}}
{{- $policy := printf "%s, port %v" .namespace (default 50000 .port) -}}
{{- if has $policy $policies -}}
{{- $problems = append $problems (printf "networkPolicy.apps: names namespace %s twice; select all of its pods by one podSelector" $policy) -}}
{{- end -}}
{{- $policies = append $policies $policy -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}
