import type { BenchPod } from './pods.ts';
import type { Receiver } from './receiver.ts';
import type { Rig } from './rig.ts';

/** What scenarios have in common. */
export interface Lab {
  /** The port that pushes go to. */
  readonly initPort: number;
  /** Takes the pushes to all pods; it listens from the first call on. */
  receiver(): Promise<Receiver>;
  /** A new, empty folder that is removed at the end. */
  folder(): string;
  /** Pods that nobody has had before; they exist nowhere yet. */
  pods(count: number): BenchPod[];
  /** Fresh servers, without a pod. */
  startRig(): Promise<Rig>;
  /** Takes down, for the report, what servers say that they are; `startRig` does so by itself. */
  noteVersions(versions: Rig['versions']): void;
}
