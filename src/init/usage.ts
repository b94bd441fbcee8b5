/** What `kubernetes-vault-init --help` prints. */
export const USAGE = `kubernetes-vault-init: waits for the controller's push, exchanges it at Vault, writes the credential

Usage: kubernetes-vault-init            run; the environment says how
       kubernetes-vault-init version    print the version
       kubernetes-vault-init --help     print this

Environment:
  VAULT_ROLE_ID        the AppRole's role_id (required)
  CREDENTIALS_PATH     directory for the credential files (/var/run/secrets/boostport.com)
  CREDENTIALS_MODE     their mode, octal (0444)
  TOKEN_FILE           also write the bare token to this file
  KEEP_RENEWING        true: as a native sidecar, renew the token until the pod ends, revoke it then (false)
  RETRIEVE_TOKEN       false: stop after the unwrap, write vault-secret-id (true)
  UNWRAP_SECRET        false: write vault-wrapped-secret-id as it came; needs RETRIEVE_TOKEN=false (true)
  TIMEOUT              how long to wait for a credential, such as 1m30s (5m)
  LOG_LEVEL            debug, info, warn or error (debug)
  LISTEN_ADDRESS       IP address to listen on (all, IPv4 and IPv6)
  LISTEN_PORT          port to listen on (50000)
What to trust, whatever a push says (recommended):
  VAULT_ADDR           Vault's address; the ones below need it
  VAULT_CACERT         file of PEM CA certificates that verify Vault (the system's)
  VAULT_NAMESPACE      Vault's namespace (none)
  VAULT_APPROLE        the only role whose secret_ids are accepted (any)
  VAULT_APPROLE_MOUNT  where the AppRole auth method is mounted (approle)

Exit codes: 0 the credential is written (KEEP_RENEWING: and revoked at the end); 1 it is not;
            2 the environment or the command line is wrong; 3 KEEP_RENEWING: the token cannot be renewed
            any more, another one is pushed at the next start; 143 stopped by SIGTERM
`;
