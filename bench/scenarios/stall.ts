import type { Engine } from '../cluster/election.ts';
import type { Figure } from '../report/figure.ts';
import { LONG_MS, SHORT_MS } from '../stall/run.ts';
import { onMachines } from './on-machines.ts';
import type { Scenario } from './scenario.ts';

/** A leader that cannot renew its Lease acts no longer than this. */
const CEASES_WITHIN_MS = 4_000;

const NAMES: Readonly<Record<Engine, { name: string; title: string }>> = {
  lease: { name: 'stall', title: 'A stalled API server' },
  raft: { name: 'stall-raft', title: 'A stalled API server, by Raft' },
};

const METHOD =
  'Three controllers and their pods as in “Failover”. Then the API server is stopped where it is ' +
  '(SIGSTOP): connections stay open, and nothing answers. Pods cannot start meanwhile; those that ' +
  'the rig holds back come all at once when it goes on, and the longest wait is counted from then at ' +
  `the earliest. It is stopped for ${SHORT_MS / 1_000} s, which is less than a leader may go on ` +
  `without a renewal; for ${LONG_MS / 1_000} s; and for ${LONG_MS / 1_000} s again, during which the ` +
  'controller that acts is killed. Whether a controller acts is asked of its metrics, every 50 ms.';

const BY_RAFT =
  'The same runs with `election: raft`. Raft itself needs no API server, and elects whenever it has to; ' +
  'but who leads there acts only with the Lease, which nobody can write meanwhile.';

const STALLS = [
  { id: 'short', label: `${SHORT_MS / 1_000} s` },
  { id: 'long', label: `${LONG_MS / 1_000} s` },
  { id: 'kill', label: `${LONG_MS / 1_000} s, and a kill` },
];

function figuresOf({ id, label }: { id: string; label: string }): Figure[] {
  return [
    { id: `${id}-push`, label: `${label}: goes on → first push`, unit: 'ms' },
    { id: `${id}-wait`, label: `${label}: longest wait from then on`, unit: 'ms' },
    { id: `${id}-changes`, label: `${label}: changes of the lead`, unit: 'changes' },
    { id: `${id}-duplicates`, label: `${label}: second pushes`, unit: 'pods' },
  ];
}

/** The API server answers nothing for a while, while pods want to start. */
export function stall(engine: Engine): Scenario {
  return {
    ...NAMES[engine],
    method: engine === 'raft' ? BY_RAFT : METHOD,
    figures: [
      {
        id: 'silent',
        label: `${LONG_MS / 1_000} s: stalls → nobody acts`,
        unit: 'ms',
        target: { kind: 'every-run', atMost: CEASES_WITHIN_MS },
      },
      ...STALLS.flatMap(figuresOf),
      { id: 'lost', label: 'pods without a push, in all', unit: 'pods', target: { kind: 'zero' } },
    ],
    runs: 5,
    withoutFloor: true,
    runSeconds: 50,
    prepare: (lab) => onMachines(lab, (play) => play({ kind: 'stall', engine })),
  };
}
