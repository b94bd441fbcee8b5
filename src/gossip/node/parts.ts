import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Endpoint } from '../messages.ts';
import type { SerfChange, SerfMember } from '../serf/surface.ts';
import type { Keyring } from '../wire/keyring.ts';
import type { Bind } from './listening.ts';
import type { NodeReport } from './report.ts';
import type { NodeRules } from './rules.ts';

export interface GossipNodeParts {
  /** Our name: no other process ever has it. By `ip:port` serf's own agents know us from others. */
  readonly node: string;
  /** Where others reach us, over UDP and TCP. */
  readonly endpoint: Endpoint;
  readonly bind: Bind;
  /** How we are described, at most 512 bytes: what encodeTags makes. */
  readonly meta: Uint8Array;
  /** The name of the cluster, at most 255 bytes; whoever bears another is a stranger. */
  readonly label: string;
  /** Asked each time, so that keys can be rotated; undefined: nothing is encrypted. */
  readonly keyring: () => Keyring | undefined;
  /** In place of NODE_RULES. */
  readonly rules?: Partial<NodeRules>;
  readonly clock: Clock;
  readonly random: Random;
  /** So many bytes that nobody can foretell. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly member: (change: SerfChange, member: SerfMember) => void;
  readonly report: (report: NodeReport) => void;
}
