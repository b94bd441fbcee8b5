import type { Clock } from '../../../base/clock.ts';
import type { Settings } from '../../../config/settings.ts';
import type { Term } from '../../../election/election.ts';
import type { LeaseElection } from '../../../election/lease/runner.ts';
import type { FenceHooks } from '../../../election/raft/parts.ts';
import type { KubeClient } from '../../../kube/api/kube-client.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import type { Metrics } from '../../../telemetry/metrics/metrics.ts';

export interface ElectParts {
  readonly settings: Pick<Settings, 'kubernetes' | 'peerPort' | 'election'>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onTerm: (term: Term) => void;
}

/** Who this controller is among the others. */
export interface Self {
  /** Another one for each process; begins with the pod's name. */
  readonly identity: string;
  readonly pod: string;
  /** An IP address. */
  readonly address: string;
}

/** The hooks are for those who make a term depend on more than the Lease. */
export type StartLease = (hooks?: Partial<FenceHooks>) => LeaseElection;
