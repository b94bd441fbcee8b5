# What the sample app may do in Vault; the controller may do none of it.

path "secret/data/sample-app" {
  capabilities = ["read"]
}
