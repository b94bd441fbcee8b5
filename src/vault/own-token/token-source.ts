import type { Secret } from '../../base/secret.ts';

/** Where the controller's token comes from. */
export type TokenSource = GivenSource | LoginSource;

/** A token that somebody else makes. */
export interface GivenSource {
  readonly kind: 'given';
  /** Whether another one may come in its place. */
  readonly changes: boolean;
  /** Tells of the token now, and of each that takes its place. */
  follow(listener: GivenListener): FollowedToken;
}

export interface GivenListener {
  offered(token: Secret): void;
  /** There is none; the words are sanitised. */
  unreadable(words: string): void;
}

export interface FollowedToken {
  /** Looks for another one now. */
  look(): void;
  stop(): void;
}

/** An auth method, which makes a new token whenever it is asked. */
export interface LoginSource {
  readonly kind: 'login';
  /** @throws VaultError, or UnreadableCredentialError */
  logIn(signal: AbortSignal): Promise<Secret>;
}
