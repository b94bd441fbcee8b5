import type { Machine } from '../../test/support/network/machine.ts';
import { createNetwork, SERVERS } from '../../test/support/network/network.ts';
import { until } from '../../test/support/until.ts';
import { POD_NAMESPACE } from '../rig/names.ts';
import type { BenchPod } from '../rig/pods.ts';
import { type Receiver, startReceiver } from '../rig/receiver.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { ourSubject } from '../subjects/ours.ts';
import { type Engine, electionIn } from './election.ts';
import { createLease, type Lease } from './lease.ts';
import { createMember, type Member } from './member.ts';
import { createService, type Service } from './service.ts';

/** Real servers on a network of machines: what all runs share. */
export interface Stage extends AsyncDisposable {
  readonly rig: Rig;
  readonly receiver: Receiver;
  readonly nextPod: () => BenchPod;
  readonly lease: Lease;
  /** One for each machine; no controller runs yet. `folder` takes what they print and keep. */
  members(folder: string, fleet: Fleet): Promise<Member[]>;
  /** Which of them holds the Lease. */
  leader(members: readonly Member[]): Promise<Member>;
  /** Leaves no Lease, no controller in the Service, and no pod of the run before. */
  clear(): Promise<void>;
}

/** Controllers that elect who acts among them. */
export interface Fleet {
  readonly engine: Engine;
  readonly controllers: number;
}

interface StageParts {
  readonly rig: Rig;
  readonly receiver: Receiver;
  readonly network: Awaited<ReturnType<typeof createNetwork>>;
}

/** The network's machines have addresses that begin so. */
const MACHINES = '10.213.';
const PODS = `/api/v1/namespaces/${POD_NAMESPACE}/pods`;

/** @throws Error in one line where this process is not in a network of its own */
export async function setStage(initPort: number): Promise<Stage> {
  const network = await createNetwork();
  await using undo = new AsyncDisposableStack();
  const receiver = undo.use(await startReceiver(initPort, MACHINES));
  const rig = undo.use(await startRig({ initPort, addresses: SERVERS }));
  const stage = stageOf({ rig, receiver, network });
  const kept = undo.move();
  return { ...stage, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function stageOf({ rig, receiver, network }: StageParts): Omit<Stage, keyof AsyncDisposable> {
  const { api, home } = rig;
  const service = createService(api, home);
  const lease = createLease(rig);
  const machines: Machine[] = [];
  let pods = 0;
  return {
    rig,
    receiver,
    lease,
    nextPod() {
      pods += 1;
      return { name: `pod-${pods}`, ip: network.anotherPodAddress() };
    },
    async members(folder, { engine, controllers }) {
      while (machines.length < controllers) machines.push(await network.machine());
      return membersOn(machines.slice(0, controllers), { rig, service, folder, engine });
    },
    leader: (members) =>
      until('one of the controllers holds the Lease', async () => {
        const holder = await lease.holder();
        return members.find(({ name }) => name === holder);
      }),
    async clear() {
      await lease.clear();
      await service.clear();
      await api.request('DELETE', `${PODS}?gracePeriodSeconds=0`);
    },
  };
}

interface Common {
  readonly rig: Rig;
  readonly service: Service;
  readonly folder: string;
  readonly engine: Engine;
}

function membersOn(machines: readonly Machine[], { engine, ...parts }: Common): Member[] {
  const election = electionIn(parts.folder, engine);
  const subject = ourSubject();
  return machines.map((machine) =>
    createMember({ ...parts, subject, machine, raft: election(machine.name) }),
  );
}
