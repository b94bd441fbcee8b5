import { mkdtempSync } from 'node:fs';
import type { ScratchFolder } from '../../test/support/real/scratch-folder.ts';
import { type BenchPod, podSource } from './pods.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { type Rig, startRig } from './rig.ts';

/** What scenarios have in common; disposing ends the receiver. */
export interface Lab extends AsyncDisposable {
  /** The port that pushes go to. */
  readonly initPort: number;
  /** What the servers that were started have said that they are, by their names. */
  readonly versions: ReadonlyMap<string, string>;
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

export function createLab(initPort: number, scratch: ScratchFolder): Lab {
  const undo = new AsyncDisposableStack();
  let receiver: Promise<Receiver> | undefined;
  const nextPod = podSource();
  const versions = new Map<string, string>();
  const lab: Lab = {
    initPort,
    versions,
    receiver() {
      receiver ??= startReceiver(initPort).then((started) => undo.use(started));
      return receiver;
    },
    folder: () => mkdtempSync(scratch.file('run-')),
    pods: (count) => Array.from({ length: count }, nextPod),
    async startRig() {
      const rig = await startRig({ initPort });
      lab.noteVersions(rig.versions);
      return rig;
    },
    noteVersions(noted) {
      for (const [server, version] of noted) versions.set(server, version);
    },
    [Symbol.asyncDispose]: () => undo.disposeAsync(),
  };
  return lab;
}
