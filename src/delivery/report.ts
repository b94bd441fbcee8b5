import type { RoleName } from '../wire/role-name.ts';
import type { Obstacle } from './policy/customer.ts';
import type { Reason, RoleProblem, VaultProblem } from './reason.ts';

export interface PodRef {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly ips: readonly string[];
}

/** Milliseconds from when the controller saw the init container run until each step was done. */
export interface DeliveryTimes {
  readonly minted: number | undefined;
  readonly pushed: number | undefined;
  readonly answered: number | undefined;
  readonly delivered: number;
}

/** What people and metrics are told. Holds no secret; every text from outside is sanitised. */
export type Report =
  | {
      readonly kind: 'hindered';
      readonly pod: PodRef;
      readonly by: Obstacle;
      readonly detail: string;
    }
  | {
      readonly kind: 'waiting';
      readonly pod: PodRef;
      readonly role: RoleName;
      readonly reason: Reason;
    }
  | {
      readonly kind: 'minted';
      readonly pod: PodRef;
      readonly role: RoleName;
      readonly accessor: string | undefined;
    }
  /** `role` only where Vault has accepted it before. */
  | {
      readonly kind: 'mint-failed';
      readonly pod: PodRef;
      readonly role: RoleName | undefined;
      readonly words: string;
    }
  | { readonly kind: 'pushed'; readonly pod: PodRef; readonly role: RoleName }
  | {
      readonly kind: 'push-failed';
      readonly pod: PodRef;
      readonly role: RoleName;
      readonly reason: Reason;
    }
  /** A token's time was over before anybody listened. */
  | { readonly kind: 'unheard'; readonly pod: PodRef; readonly role: RoleName }
  | {
      readonly kind: 'delivered';
      readonly pod: PodRef;
      readonly role: RoleName;
      readonly accessor: string | undefined;
      /** Milliseconds since the Unix epoch, by the node's clock. */
      readonly containerStartedAt: number | undefined;
      readonly times: DeliveryTimes;
    }
  /** The init container ended otherwise than well, or not in time. */
  | {
      readonly kind: 'not-finished';
      readonly pod: PodRef;
      readonly role: RoleName;
      readonly exitCode: number | undefined;
    }
  | {
      readonly kind: 'interception';
      readonly certainty: 'suspected' | 'possible' | 'delivered-but-not-seen-to-finish';
      readonly pod: PodRef;
      readonly role: RoleName;
      readonly accessor: string | undefined;
    }
  | { readonly kind: 'role-problem'; readonly problem: RoleProblem; readonly retryInMs: number }
  | { readonly kind: 'role-accepted'; readonly role: RoleName }
  /** `namespace` where only its pods wait; undefined where everybody's do. */
  | {
      readonly kind: 'vault-paused';
      readonly namespace: string | undefined;
      readonly problem: VaultProblem;
      readonly retryInMs: number;
    }
  | { readonly kind: 'vault-resumed'; readonly namespace: string | undefined }
  | {
      readonly kind: 'clean-up-failed';
      readonly role: RoleName;
      readonly accessor: string | undefined;
      readonly words: string;
    };

/** Carries reports to where people and monitoring see them. */
export interface Reporter {
  report(report: Report): void;
}
