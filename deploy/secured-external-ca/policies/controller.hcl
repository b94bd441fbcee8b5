# What the controller may do in Vault, for each role that it serves: mint wrapped secret_ids, and
# destroy those that nobody used. The built-in policy "default" adds the look at its own token.

path "auth/approle/role/sample-app/secret-id" {
  capabilities = ["update"]
  # Never a bare secret_id, whoever holds the token.
  min_wrapping_ttl = "1s"
}

path "auth/approle/role/sample-app/secret-id-accessor/destroy" {
  capabilities = ["update"]
}

# A certificate for the metrics (prometheus.tls).
path "intermediate-ca/issue/kubernetes-vault" {
  capabilities = ["update"]
}
