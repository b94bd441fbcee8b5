import { readFileSync } from 'node:fs';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { nodeFiles } from '../../../src/init/exchange/files.ts';
import { run } from '../../../src/init/run.ts';
import type { Container } from '../kubelet/pod-on-node.ts';
import { Program } from '../program.ts';
import type { Printed } from './printed.ts';
import { builtProgram } from './programs.ts';

/** What a container is given when it starts. */
export interface Place {
  /** What its output is called. */
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What is run as a pod's init container. */
export type Image = (place: Place, printed: Printed) => Container;

/** The built program, of the checkout or of another folder, in a process of its own. */
export function initProcessOf(dist?: string): Image {
  return ({ name, environment }, printed) => {
    const file = builtProgram('kubernetes-vault-init', dist);
    const program = new Program({ name, file, environment });
    printed.add(name, () => program.printed);
    return program;
  };
}

/** The built program, in a process of its own. */
export const initProcess: Image = initProcessOf();

/** Whose timers do not keep a test's process from ending: the program would have exited by itself. */
const idleClock: Clock = {
  ...systemClock,
  callAt(at, wake) {
    const timer = setTimeout(wake, Math.max(0, at - systemClock.now())).unref();
    return () => clearTimeout(timer);
  },
};

/** The program's code, within this process: for pods in numbers. */
export const initWithin: Image = ({ name, environment }, printed) => {
  const lines: string[] = [];
  printed.add(name, () => lines.join(''));
  const ended = run({
    environment,
    clock: idleClock,
    random: systemRandom,
    files: nodeFiles,
    readFile: (path) => readFileSync(path, 'utf8'),
    ownAddresses: () => ['127.0.0.1'],
    writeLine: (line) => void lines.push(line),
    takeStop: () => new Promise(() => {}),
  });
  return { ended };
};

/** A container that runs, but does nothing before `begin`. */
export function startingWhen(begin: Promise<void>, image: Image): Image {
  return (place, printed) => ({ ended: begin.then(() => image(place, printed).ended) });
}
