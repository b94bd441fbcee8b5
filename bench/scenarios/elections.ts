import type { Elections } from '../cluster/elections.ts';
import { onMachines } from './on-machines.ts';
import type { Scenario } from './scenario.ts';

/** The one of three controllers that acts goes, again and again. */
export function elections({ kills, unplugs }: Elections): Scenario {
  return {
    name: 'elections',
    title: 'Elections by Raft: three controllers',
    method:
      'Three controllers with `election: raft`, each on a machine of its own (a network namespace), ' +
      `and no pods. The one that acts is killed (SIGKILL) ${kills} times; then its machine is ` +
      `unplugged ${unplugs} times, so that no packet comes or goes, and only silence tells the ` +
      'others. Each time the same controller is started again afterwards, with the data that it has ' +
      'kept, and the next one goes when all three are ready and vote. The time runs from the kill, or from the ' +
      'cable’s end, to the moment when a watch of the Lease shows that another controller holds it: ' +
      'by then the next Raft leader is elected, and may act. A process is known to be gone by its peer ' +
      'port. For 30 s after a takeover that such a word has hastened, another such word is not ' +
      'believed, and a kill is noticed as late as a machine that vanishes; here the Lease’s mark of ' +
      'that is removed before each kill.',
    figures: [
      { id: 'kill-p50', label: `killed ${kills} times → another holds the Lease, p50`, unit: 'ms' },
      { id: 'kill-p99', label: 'the same, p99', unit: 'ms' },
      {
        id: 'kill-max',
        label: 'the same, longest',
        unit: 'ms',
        target: { kind: 'every-run', atMost: 1_000 },
      },
      {
        id: 'vanish-p50',
        label: `machine vanishes ${unplugs} times → another holds the Lease, p50`,
        unit: 'ms',
      },
      { id: 'vanish-p90', label: 'the same, p90', unit: 'ms' },
      {
        id: 'vanish-max',
        label: 'the same, longest',
        unit: 'ms',
        target: { kind: 'every-run', atMost: 3_000 },
      },
    ],
    runs: 1,
    withoutFloor: true,
    runSeconds: Math.round(4 + kills * 1.6 + unplugs * 4),
    prepare: (lab) => onMachines(lab, (play) => play({ kind: 'elections', kills, unplugs })),
  };
}
