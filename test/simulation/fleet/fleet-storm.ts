import type { Fault } from '../../../src/sim/faults.ts';
import { storm } from '../controller/storm.ts';
import type { Fleet, Member } from './fleet.ts';

type Happening = readonly [chance: number, happen: (fleet: Fleet, one: Member) => void];

const MOST = 5;
const FAULTS: readonly Fault[] = [
  { kind: 'drop' },
  { kind: 'lose' },
  { kind: 'hang' },
  { kind: 'delay', ms: 2_000 },
  { kind: 'answer', status: 500, body: '{"message":"internal error"}' },
  { kind: 'answer', status: 429, body: '{"message":"slow down"}' },
  { kind: 'answer', status: 403, body: '{"message":"forbidden"}' },
];

/** What can happen to one controller, or between them, and how likely that is in each second or so. */
const HAPPENINGS: readonly Happening[] = [
  [0.2, (fleet) => fleet.candidates().length < MOST && fleet.start()],
  [0.04, (fleet, one) => fleet.kill(one)],
  [0.02, (fleet, one) => restartInPlace(fleet, one)],
  [0.03, (fleet, one) => fleet.vanish(one)],
  [0.04, (fleet, one) => fleet.terminate(one)],
  [0.04, (_, { process }) => process.stop()],
  [0.2, (_, { process }) => process.resume()],
  [0.04, (fleet, { link }) => link.become(fleet.cluster.pick(['cut', 'deaf', 'refused']))],
  [0.3, (_, { link }) => link.become('open')],
  [0.01, (fleet) => everywhere(fleet, 'refused')],
  [0.01, (fleet) => everywhere(fleet, 'cut')],
  [0.05, (fleet) => everywhere(fleet, 'open')],
  [0.04, ({ cluster }, { link }) => (link.slowMs = cluster.random() ** 3 * 6_000)],
  [0.1, (_, { link }) => (link.slowMs = 0)],
  [0.04, ({ cluster }, one) => orderFault(one, cluster.pick(FAULTS), cluster.random() * 0.5)],
  [0.1, (_, { faults }) => faults.clear()],
  [0.03, (fleet) => fleet.endWatches()],
  [0.03, ({ cluster }) => cluster.api.expireHistory()],
  [0.04, (fleet) => fleet.peers.resetAll()],
  [0.02, (fleet) => Object.assign(fleet.peers.weather, { forged: fleet.cluster.random() })],
  [0.02, (fleet) => Object.assign(fleet.peers.weather, { silent: fleet.cluster.random() })],
  [0.1, (fleet) => Object.assign(fleet.peers.weather, { forged: 0, silent: 0 })],
  [0.02, (fleet) => fleet.deleteLease()],
  [0.02, (fleet) => fleet.editLease({ spec: { holderIdentity: '' } })],
  [0.01, (fleet) => fleet.editLease({ spec: { holderIdentity: 'somebody' } })],
  [0.01, (fleet) => fleet.editLease({ spec: { leaseDurationSeconds: 86_400 } })],
  [0.01, (fleet) => fleet.editLease({ metadata: { annotations: null } })],
];

/** A kubelet starts the container again, in the same pod. */
function restartInPlace(fleet: Fleet, one: Member): void {
  fleet.kill(one);
  fleet.start(one.host);
}

function orderFault({ faults }: Member, fault: Fault, probability: number): void {
  faults.order({ fault, probability });
}

function everywhere(fleet: Fleet, state: Parameters<Member['link']['become']>[0]): void {
  for (const { link } of fleet.alive()) link.become(state);
}

/** So many seconds in which pods come and go, and everything goes wrong, with all of the controllers. */
export async function stormOfFleet(fleet: Fleet, seconds: number): Promise<void> {
  const { cluster } = fleet;
  const end = cluster.clock.now() + seconds * 1_000;
  while (cluster.clock.now() < end) {
    await storm(cluster, 1);
    for (const [chance, happen] of HAPPENINGS) {
      const [...alive] = fleet.alive();
      if (alive.length === 0) fleet.start();
      else if (cluster.random() < chance) happen(fleet, cluster.pick(alive));
    }
  }
}
