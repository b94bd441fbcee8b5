import type { RoleName } from '../wire/role-name.ts';
import type { PodRef, Report } from './report.ts';
import type { WrappingToken } from './wrapping-token.ts';

/**
 * What the core asks of its runner. Each with an `attempt` is answered by exactly one result that
 * bears the same number, aborted or not.
 */
export type Action =
  | {
      readonly kind: 'mint';
      readonly attempt: number;
      readonly role: RoleName;
      readonly pod: PodRef;
    }
  | ({ readonly kind: 'push'; readonly attempt: number; readonly token: WrappingToken } & Target)
  /** Only connects, to learn whether somebody listens. */
  | ({ readonly kind: 'probe'; readonly attempt: number } & Target)
  /** A push whose body has not been sent by now is never sent. */
  | { readonly kind: 'abort'; readonly attempt: number }
  /** Asks Vault whether the controller's own token is valid. */
  | { readonly kind: 'look-up-self' }
  | { readonly kind: 'look-up-token'; readonly suspect: number; readonly token: WrappingToken }
  | { readonly kind: 'destroy'; readonly cleanup: number; readonly token: WrappingToken }
  | { readonly kind: 'report'; readonly report: Report };

interface Target {
  readonly ip: string;
  readonly port: number;
}
