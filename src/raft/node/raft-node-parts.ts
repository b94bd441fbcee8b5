import type { Server } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { RaftSettings } from '../core/io.ts';
import type { Storage } from '../storage/storage.ts';
import type { StorageError } from '../storage/storage-error.ts';
import type { RaftServerReport } from '../transport/raft-server.ts';
import type { Streams } from '../transport/streams.ts';

export interface RaftNodeParts {
  /** The node's from now on: it is closed when the node stops, or does not start. */
  readonly storage: Storage;
  /** Begins a cluster as its only voter, if nothing is kept. */
  readonly bootstrap: boolean;
  /** Host and port under which other servers reach this one. */
  readonly address: string;
  readonly streams: Streams;
  /** Has the server listen where it should. */
  readonly listen: (server: Server) => Promise<void>;
  readonly settings: Omit<RaftSettings, 'id'>;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The status is worth another look: role, leader, term, commit, configuration, whether it may be
   * believed, or a peer's match is another, or a peer is in contact still. Never called from within a
   * call of the node, nor when it has stopped.
   */
  readonly changed: () => void;
  /** Nothing more can be kept: the node has stopped. */
  readonly failed: (error: StorageError) => void;
  readonly report: (report: RaftNodeReport) => void;
}

/** What went wrong, to be counted; the node copes with all of it. */
export type RaftNodeReport =
  | RaftServerReport
  /** A request to server `to` was not answered. */
  | { readonly kind: 'unanswered'; readonly to: string; readonly error: unknown };
