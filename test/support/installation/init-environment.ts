/** What an init container's environment is made of. */
export interface InitEnvironmentInput {
  readonly role: string;
  /** Undefined where Vault has no such role. */
  readonly roleId: string | undefined;
  readonly vaultAddr: string;
  /** The CA that verifies Vault, if it speaks https. */
  readonly vaultCaFile: string | undefined;
  readonly ip: string;
  readonly port: number;
  /** Where the credential goes. */
  readonly folder: string;
  /** Variables besides these; undefined leaves one of them out. */
  readonly more: Readonly<Record<string, string | undefined>>;
}

/** The variables of an init container: with the pins, as the manifests have it. */
export function initEnvironment(input: InitEnvironmentInput): Readonly<Record<string, string>> {
  const all: Record<string, string | undefined> = {
    VAULT_ROLE_ID: input.roleId ?? 'none',
    VAULT_ADDR: input.vaultAddr,
    VAULT_APPROLE: input.role,
    VAULT_CACERT: input.vaultCaFile,
    CREDENTIALS_PATH: input.folder,
    LISTEN_ADDRESS: input.ip,
    LISTEN_PORT: String(input.port),
    // A test that fails may leave one behind, which is not to keep the test's process for long.
    TIMEOUT: '60s',
    ...input.more,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
