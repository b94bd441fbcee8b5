# Beside the listener of the development mode, which this Vault has on loopback for its own CLI.
listener "tcp" {
  address       = ":8200"
  tls_cert_file = "/vault/tls/tls.crt"
  tls_key_file  = "/vault/tls/tls.key"
}
