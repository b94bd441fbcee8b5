import type { Engine } from '../cluster/election.ts';
import type { Figure } from '../report/figure.ts';
import { onMachines } from './on-machines.ts';
import type { Scenario } from './scenario.ts';

interface Harm {
  readonly id: string;
  readonly label: string;
  /** The longest that a pod may wait then, in milliseconds. */
  readonly atMost: number;
}

/** How an engine's scenario is called, and how long a pod may wait once a machine has vanished. */
const ENGINES: Readonly<Record<Engine, { name: string; title: string; vanishAtMost: number }>> = {
  lease: { name: 'failover', title: 'Failover', vanishAtMost: 6_000 },
  raft: { name: 'failover-raft', title: 'Failover by Raft', vanishAtMost: 3_000 },
};

/** What is done to the one that acts. */
function harmsTo(engine: Engine): Harm[] {
  return [
    { id: 'kill', label: 'killed (SIGKILL)', atMost: 1_000 },
    { id: 'stop', label: 'told to stop (SIGTERM)', atMost: 500 },
    { id: 'vanish', label: 'machine vanishes', atMost: ENGINES[engine].vanishAtMost },
  ];
}

function afterHarm({ id, label, atMost }: Harm): Figure[] {
  return [
    {
      id: `${id}-wait`,
      label: `${label}: longest wait`,
      unit: 'ms',
      target: { kind: 'every-run', atMost },
    },
    { id: `${id}-takeover`, label: `${label} → push by another`, unit: 'ms' },
    { id: `${id}-duplicates`, label: `${label}: second pushes`, unit: 'pods' },
  ];
}

/** What is the same whatever is done. */
const IN_ALL: readonly Figure[] = [
  {
    id: 'rolling-p99',
    label: 'restarted in turn: wait, p99',
    unit: 'ms',
    target: { kind: 'every-run', atMost: 2_000 },
  },
  { id: 'rolling-wait', label: 'restarted in turn: longest wait', unit: 'ms' },
  { id: 'rolling-duplicates', label: 'restarted in turn: second pushes', unit: 'pods' },
  { id: 'lost', label: 'pods without a push, in all', unit: 'pods', target: { kind: 'zero' } },
];

const METHOD =
  'Each run starts three controllers, each on a machine of its own (a network namespace), beside ' +
  'one etcd, kube-apiserver and OpenBao. Init containers keep starting, one each 50 ms, whatever ' +
  'happens. Then, one after the other, each time when three are ready: the controller that acts ' +
  'is killed; told to stop; its machine is unplugged, so that no packet comes or goes; at last ' +
  'all three are restarted in turn, each when the one before is ready again. The longest wait is ' +
  'that of the pod that waited longest around the event, from the sending of its status that says ' +
  'Running to its first push: that is how long the controllers were silent. The second line ' +
  'counts from the event to the first push that another controller made. A second push to a pod ' +
  'does no harm: its init container answers 409. What is given is the median of the runs, and ' +
  'the least and the most of them; the targets are for the most.';

const BY_RAFT =
  'The runs of “Failover” above, with `election: raft` and a key: the controllers find each other by ' +
  'the Service, which leads to each until it has been told to stop and has ended, and one that is ' +
  'started again returns with the data that it has kept. Where one goes when three are ready, all three ' +
  'vote by then, too.';

/** One of three controllers goes while pods keep arriving. */
export function failover(engine: Engine): Scenario {
  const { name, title } = ENGINES[engine];
  return {
    name,
    title: `${title}: three controllers, 20 pods a second`,
    method: engine === 'raft' ? BY_RAFT : METHOD,
    figures: [...harmsTo(engine).flatMap(afterHarm), ...IN_ALL],
    runs: 10,
    withoutFloor: true,
    runSeconds: 25,
    prepare: (lab) => onMachines(lab, (play) => play({ kind: 'failover', engine })),
  };
}
