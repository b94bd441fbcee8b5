import type { RequestOptions } from 'node:https';
import type { Secret } from '../../base/secret.ts';

/** Whom we talk to, and as whom. */
export interface KubeAccess {
  /** The API server's URL; a path in it stands before every request's. */
  readonly server: URL;
  readonly tls: KubeTls;
  /** The bearer token, where that is how we say who we are. */
  readonly token: Secret | undefined;
  /** Further headers of each request: a kubeconfig may impersonate. */
  readonly headers: Readonly<Record<string, string>>;
}

export type KubeTls = Readonly<
  Pick<
    RequestOptions,
    'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'servername' | 'rejectUnauthorized'
  >
>;

/** Where the access comes from, which may change at any time: tokens and CAs rotate. */
export interface KubeCredentials {
  /**
   * What the next request is to use.
   * @throws an Error that says what could not be read
   */
  access(): Promise<KubeAccess>;
  /** The server did not accept what `access` gave: it is read anew for the next request. */
  refused(): void;
}

/** How long a token or a CA is used before its file is read again; client-go's interval. */
export const REREAD_AFTER_MS = 60_000;
