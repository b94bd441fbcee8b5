import type { BrokenRule } from './token-rules.ts';

/** The controller cannot do its work with the token that it was given. Holds no secret. */
export class UnfitTokenError extends Error {
  override readonly name = 'UnfitTokenError';

  static of(rules: readonly BrokenRule[]): UnfitTokenError {
    const wrongs = rules.map(({ wrong }) => wrong);
    return new UnfitTokenError(`the token of the controller ${wrongs.join('; it ')}`);
  }

  /** @param words sanitised */
  static denied(words: string): UnfitTokenError {
    const cause = 'it is expired, revoked, or not of this Vault';
    return new UnfitTokenError(
      `Vault does not accept the token of the controller: ${cause} (${words})`,
    );
  }
}
