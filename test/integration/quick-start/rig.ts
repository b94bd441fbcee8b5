import { writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { stringify } from 'yaml';
import { type Request, readCommandLine } from '../../../quick-start/command-line.ts';
import { perform } from '../../../quick-start/perform.ts';
import type { Kubectl } from '../../../quick-start/run/command.ts';
import { lineScreen } from '../../../quick-start/run/screen.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type ControlPlane, startControlPlane } from '../../support/real/control-plane.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { NodePlayer } from './node-player.ts';
import { standIn } from './stand-in.ts';

export const ROOT = join(import.meta.dirname, '../../..') + sep;

/** A cluster to be set up, and the program. */
export interface Rig extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly player: NodePlayer;
  readonly kubectl: Kubectl;
  /** Every run of kubectl so far. */
  readonly calls: readonly string[];
  /** Runs the program; its exit code, and what it printed. */
  run(...words: readonly string[]): Promise<{ code: number; printed: string }>;
}

export async function startRig(): Promise<Rig> {
  const plane = await startControlPlane();
  const folder = new ScratchFolder('quick-start');
  const player = new NodePlayer(plane);
  const calls: string[] = [];
  const kubectl = recorded(standIn(writeKubeconfig(plane, folder), player, plane.caPem), calls);
  return {
    plane,
    player,
    kubectl,
    calls,
    async run(...words) {
      let printed = '';
      const request = readCommandLine(words, {}) as Request;
      const screen = lineScreen((text) => {
        printed += text;
      }, ROOT);
      const world = { root: ROOT, kubectl, screen, clock: systemClock, agree: undefined };
      return { code: await perform(request, world), printed };
    },
    async [Symbol.asyncDispose]() {
      await player[Symbol.asyncDispose]();
      await plane[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}

function recorded(kubectl: Kubectl, calls: string[]): Kubectl {
  return {
    run(args, input) {
      calls.push(args.join(' '));
      return kubectl.run(args, input);
    },
  };
}

function writeKubeconfig({ url, caFile, adminToken }: ControlPlane, folder: ScratchFolder): string {
  const file = folder.file('kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name: 'admin', user: { token: adminToken } }],
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}
