const USUAL = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where the service account's credentials are mounted. */
export function serviceAccountDir(variables: Readonly<Record<string, string | undefined>>): string {
  return variables['KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR'] ?? USUAL;
}
