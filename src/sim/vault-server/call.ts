/** A request to the embedded Vault. */
export interface VaultCall {
  readonly method: 'GET' | 'LIST' | 'POST' | 'DELETE';
  /** What follows `/v1/`. */
  readonly path: string;
  /** X-Vault-Token. */
  readonly token?: string | undefined;
  /** X-Vault-Wrap-TTL: seconds, or a duration such as `60s`. */
  readonly wrapTtl?: string | undefined;
  readonly body?: Fields;
  /** The client's IP address, as CIDR restrictions see it; unknown ones match none. */
  readonly peer?: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** An answer: JSON, plain text (a string), or nothing (undefined, with 204). */
export interface VaultReply {
  readonly status: number;
  readonly body: Fields | string | undefined;
}

/** What a route makes of a call, before the envelope. */
export type Outcome =
  | { readonly kind: 'data'; readonly data: Fields }
  | { readonly kind: 'auth'; readonly auth: Fields }
  | { readonly kind: 'nothing' }
  /** Sent as it is, without Vault's envelope. */
  | { readonly kind: 'raw'; readonly status: number; readonly body: Fields | string };

export function data(fields: Fields): Outcome {
  return { kind: 'data', data: fields };
}

export const NOTHING: Outcome = { kind: 'nothing' };

/** A call that Vault refuses, in Vault's words. */
export class VaultRefusal extends Error {
  override readonly name = 'VaultRefusal';
  readonly status: number;
  readonly errors: readonly string[];

  constructor(status: number, ...errors: string[]) {
    super(errors.join('; '));
    this.status = status;
    this.errors = errors;
  }
}

/** Vault wraps errors of its own in this list of one, and those of its plugins not. */
export function listed(error: string): string {
  return `1 error occurred:\n\t* ${error}\n\n`;
}

/** The token is not one of Vault's (any more). */
export function unknownToken(): VaultRefusal {
  return new VaultRefusal(403, 'permission denied');
}

/** The token's policies do not allow it. */
export function denied(): VaultRefusal {
  return new VaultRefusal(403, listed('permission denied'));
}
