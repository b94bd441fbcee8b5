import { startInOwnNetwork } from '../failover/in-own-network.ts';
import type { Figure } from '../report/figure.ts';
import type { Scenario } from './scenario.ts';

/** What is done to the one that acts, and the longest that a pod may then wait, in milliseconds. */
const HARMS = [
  { id: 'kill', label: 'killed (SIGKILL)', atMost: 1_000 },
  { id: 'stop', label: 'told to stop (SIGTERM)', atMost: 500 },
  { id: 'vanish', label: 'machine vanishes', atMost: 6_000 },
];

const afterHarm = ({ id, label, atMost }: (typeof HARMS)[number]): Figure[] => [
  {
    id: `${id}-wait`,
    label: `${label}: longest wait`,
    unit: 'ms',
    target: { kind: 'every-run', atMost },
  },
  { id: `${id}-takeover`, label: `${label} → push by another`, unit: 'ms' },
  { id: `${id}-duplicates`, label: `${label}: second pushes`, unit: 'pods' },
];

/** One of three controllers goes while pods keep arriving. */
export const failover: Scenario = {
  name: 'failover',
  title: 'Failover: three controllers, 20 pods a second',
  method:
    'Each run starts three controllers, each on a machine of its own (a network namespace), beside ' +
    'one etcd, kube-apiserver and OpenBao. Init containers keep starting, one each 50 ms, whatever ' +
    'happens. Then, one after the other, each time when three are ready: the controller that acts ' +
    'is killed; told to stop; its machine is unplugged, so that no packet comes or goes; at last ' +
    'all three are restarted in turn, each when the one before is ready again. The longest wait is ' +
    'that of the pod that waited longest around the event, from the sending of its status that says ' +
    'Running to its first push: that is how long the controllers were silent. The second line ' +
    'counts from the event to the first push that another controller made. A second push to a pod ' +
    'does no harm: its init container answers 409. What is given is the median of the runs, and ' +
    'the least and the most of them; the targets are for the most.',
  figures: [
    ...HARMS.flatMap(afterHarm),
    {
      id: 'rolling-p99',
      label: 'restarted in turn: wait, p99',
      unit: 'ms',
      target: { kind: 'every-run', atMost: 2_000 },
    },
    { id: 'rolling-wait', label: 'restarted in turn: longest wait', unit: 'ms' },
    { id: 'rolling-duplicates', label: 'restarted in turn: second pushes', unit: 'pods' },
    { id: 'lost', label: 'pods without a push, in all', unit: 'pods', target: { kind: 'zero' } },
  ],
  runs: 10,
  withoutFloor: true,
  runSeconds: 25,
  async prepare(lab) {
    const process = await startInOwnNetwork(lab.receiver.port);
    lab.noteVersions(process.versions);
    return {
      measure: () => process.run({ folder: lab.folder() }),
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    };
  },
};
