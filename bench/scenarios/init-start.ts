import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/real/process/free-port.ts';
import { median } from '../report/statistics.ts';
import type { Lab } from '../rig/lab.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import { usageOf } from '../rig/process-usage.ts';
import type { Program } from '../rig/program.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Scenario } from './scenario.ts';

const ADDRESS = '127.8.0.1';
const STARTS = 7;
const LISTENING_WITHIN_MS = 10_000;

/** What every pod pays: the init container's start. */
export const initStart: Scenario = {
  name: 'init',
  title: 'Start of the init container',
  method:
    `The program is started ${STARTS} times a run; the time runs from the start of the process to ` +
    'the first TCP connection that its port takes; the run’s figure is the median. Memory is the ' +
    'most that it had by then. The floor is Node with an https server and nothing else.',
  figures: [
    {
      id: 'listening',
      label: 'process start → listening',
      unit: 'ms',
      target: { kind: 'absolute', atMost: 80 },
    },
    {
      id: 'peak',
      label: 'most resident memory',
      unit: 'MB',
      target: { kind: 'absolute', atMost: 64 },
    },
  ],
  runSeconds: 3,
  prepare: async (lab) => ({
    async measure(subject) {
      const starts = [];
      for (let start = 0; start < STARTS; start += 1) starts.push(await startOnce(lab, subject));
      return {
        listening: median(starts.map(({ listening }) => listening)),
        peak: median(starts.map(({ peak }) => peak)),
      };
    },
    [Symbol.asyncDispose]: async () => {},
  }),
};

async function startOnce(lab: Lab, subject: Subject) {
  const port = await freePort(ADDRESS);
  await using program = subject.startInit({ address: ADDRESS, port, folder: lab.folder() });
  const listeningAt = await Promise.race([firstConnection(port, program), program.died]);
  return { listening: listeningAt - program.startedAt, peak: usageOf(program.pid).peakMb };
}

/** When the port first took a connection; asks once a millisecond, which costs little. */
async function firstConnection(port: number, program: Program): Promise<number> {
  while (monotonicMs() < program.startedAt + LISTENING_WITHIN_MS) {
    if (await takesConnection(port)) return monotonicMs();
    await sleep(1);
  }
  throw new Error(`nothing has listened on ${ADDRESS}:${port} for ${LISTENING_WITHIN_MS} ms`);
}

function takesConnection(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: ADDRESS, port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
