/** What verifies Vault, live. */
export interface VaultTrust {
  /** The PEM certificates that alone verify Vault, and are pushed; undefined where the system's roots do. */
  pem(): string | undefined;
  /**
   * Resolves when it is known what verifies Vault.
   * @throws CaFetchError when that can never be known
   */
  readonly ready: Promise<void>;
  /** Why it is not known yet; undefined once it is. The words are sanitised. */
  missing(): string | undefined;
  /** Vault's certificate was not accepted; the words are sanitised. */
  doubt(words: string): void;
  stop(): void;
}

/** What there is to log. */
export type TrustReport =
  /** Mounts have delivered what verifies Vault; `verified` where their fingerprints were configured. */
  | {
      readonly kind: 'pinned';
      readonly fingerprints: readonly string[];
      readonly verified: boolean;
    }
  /** The file has changed, and what it holds is used from now on. */
  | { readonly kind: 'replaced'; readonly fingerprints: readonly string[] }
  /** The mounts deliver other certificates than those pinned, which stay in use. */
  | { readonly kind: 'changed'; readonly fingerprints: readonly string[] }
  /** What verifies Vault could not be read; what was read before, if anything, stays in use. */
  | { readonly kind: 'unreadable'; readonly words: string; readonly othersInUse: boolean }
  /** Vault shows a certificate that is not accepted. */
  | { readonly kind: 'refused'; readonly words: string };
