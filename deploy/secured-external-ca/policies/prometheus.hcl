# For whoever gets Prometheus its certificate: the metrics are shown to nobody without one.

path "intermediate-ca/issue/prometheus" {
  capabilities = ["update"]
}
