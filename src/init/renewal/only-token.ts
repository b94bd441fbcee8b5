import type { Secret } from '../../base/secret.ts';
import type { LoginSource } from '../../vault/own-token/token-source.ts';

/**
 * A source of one token. Asked for another one, which only a new push could bring, it says so by
 * `spent` and gives none.
 */
export function onlyToken(token: Secret): { source: LoginSource; spent: Promise<void> } {
  const { promise: spent, resolve: spend } = Promise.withResolvers<void>();
  let isGiven = false;
  const logIn = async () => {
    if (isGiven) {
      spend();
      await new Promise<never>(() => {});
    }
    isGiven = true;
    return token;
  };
  return { source: { kind: 'login', logIn }, spent };
}
