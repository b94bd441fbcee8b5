import type { VaultErrorKind } from '../vault/client/vault-error.ts';
import type { Result } from '../wire/answer.ts';
import type { RoleName } from '../wire/role-name.ts';

/** What Vault said of a role, to the controller itself. */
export interface RoleProblem {
  readonly kind: 'role-missing' | 'role-denied' | 'role-rejected';
  readonly role: RoleName;
  /** Vault's own words, sanitised. */
  readonly words: string;
}

/** Why nothing is minted for a namespace, or for anybody. */
export interface VaultProblem {
  readonly kind: 'vault-unavailable';
  readonly problem: VaultErrorKind | 'token-invalid';
  /** Sanitised. */
  readonly words: string;
}

/** Why a pod that is to have a credential has none yet. */
export type Reason =
  | VaultProblem
  | RoleProblem
  | { readonly kind: 'not-listening'; readonly address: string; readonly words: string }
  /** The init container answered; its own words, sanitised. */
  | { readonly kind: 'answered'; readonly result: Result; readonly words: string }
  | { readonly kind: 'foreign-answer'; readonly status: number; readonly words: string }
  | { readonly kind: 'no-answer'; readonly address: string; readonly words: string }
  | { readonly kind: 'not-finished' }
  | { readonly kind: 'mint-limit' }
  | { readonly kind: 'address-shared'; readonly address: string };
