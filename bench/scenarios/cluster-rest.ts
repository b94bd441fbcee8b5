import type { Fleet } from '../cluster/stage.ts';
import type { Figure } from '../report/figure.ts';
import { onMachines, type Player } from './on-machines.ts';
import type { Scenario, Values } from './scenario.ts';

export interface ClusterRest {
  readonly fleets: readonly Fleet[];
  /** How long each is left alone, and then watched. */
  readonly settleSeconds: number;
  readonly watchSeconds: number;
}

/** What it costs to agree on who acts while nothing happens. */
export function clusterRest({ fleets, settleSeconds, watchSeconds }: ClusterRest): Scenario {
  const times = { settleSeconds, watchSeconds };
  return {
    name: 'cluster-rest',
    title: 'Several controllers at rest',
    method:
      'Controllers are started at the same moment, each on a machine of its own (a network ' +
      `namespace), and there are no pods. ${settleSeconds} s after all are ready, each one’s CPU time ` +
      `and the bytes on its machine’s only cable are counted over ${watchSeconds} s: the counters of ` +
      'the network device at its other end (/proc/net/dev), in both directions, with the headers of ' +
      'Ethernet, IP, TCP, UDP and TLS. All that a controller sends and receives is in them: the ' +
      'election, the watches of the API server, Vault; what controllers say to each other is counted ' +
      'at both. The leader is the one that holds the Lease; the followers’ figure is the mean of all ' +
      'others. 1 kB is 1,000 bytes. Three that elect by the Lease stand beside those by Raft.',
    figures: fleets.flatMap(figuresOf),
    withoutFloor: true,
    runSeconds: fleets.reduce((sum, { controllers }) => sum + secondsOf(controllers, times), 0),
    prepare: (lab) =>
      onMachines(lab, async (play) => {
        const all: Values[] = [];
        for (const fleet of fleets) all.push(await measure(play, fleet, times));
        return Object.assign({}, ...all);
      }),
  };
}

/** A controller takes about 0.4 s of CPU to start. */
function secondsOf(controllers: number, { settleSeconds, watchSeconds }: Times): number {
  return Math.round(2 + controllers / 2 + settleSeconds + watchSeconds);
}

type Times = Pick<ClusterRest, 'settleSeconds' | 'watchSeconds'>;

async function measure(play: Player, fleet: Fleet, times: Times): Promise<Values> {
  const values = await play({ kind: 'rest', fleet, ...times });
  return Object.fromEntries(
    Object.entries(values).map(([id, value]) => [`${prefixOf(fleet)}-${id}`, value]),
  );
}

function figuresOf(fleet: Fleet): Figure[] {
  const prefix = prefixOf(fleet);
  const name = fleet.engine === 'raft' ? 'Raft' : 'Lease';
  const who = `${fleet.controllers} by ${name}`;
  return [
    { id: `${prefix}-leader-cpu`, label: `${who}: CPU, leader`, unit: 'ms/s' },
    { id: `${prefix}-follower-cpu`, label: `${who}: CPU, each follower`, unit: 'ms/s' },
    { id: `${prefix}-leader-traffic`, label: `${who}: traffic, leader`, unit: 'kB/s' },
    { id: `${prefix}-follower-traffic`, label: `${who}: traffic, each follower`, unit: 'kB/s' },
  ];
}

function prefixOf({ engine, controllers }: Fleet): string {
  return `${engine}-${controllers}`;
}
