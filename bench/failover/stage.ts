import type { Machine } from '../../test/support/network/machine.ts';
import { createNetwork, SERVERS } from '../../test/support/network/network.ts';
import { until } from '../../test/support/until.ts';
import { CONTROLLER_NAMESPACE, POD_NAMESPACE } from '../rig/names.ts';
import type { BenchPod } from '../rig/pods.ts';
import { type Receiver, startReceiver } from '../rig/receiver.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { ourSubject } from '../subjects/ours.ts';
import { createMember, type Member } from './member.ts';

/** Real servers on a network of machines: what all runs share. */
export interface Stage extends AsyncDisposable {
  readonly rig: Rig;
  readonly receiver: Receiver;
  readonly nextPod: () => BenchPod;
  /** One for each machine; no controller runs yet. `folder` takes what they print. */
  members(folder: string): Member[];
  /** Which of them holds the Lease. */
  leader(members: readonly Member[]): Promise<Member>;
  /** Leaves no Lease and no pod of the run before. */
  clear(): Promise<void>;
}

interface StoredLease {
  readonly spec: { readonly holderIdentity?: string };
}

/** The network's machines have addresses that begin so. */
const MACHINES = '10.213.';
const MEMBERS = 3;

/** @throws Error in one line where this process is not in a network of its own */
export async function setStage(initPort: number): Promise<Stage> {
  const network = await createNetwork();
  await using undo = new AsyncDisposableStack();
  const machines: Machine[] = [];
  for (let count = 0; count < MEMBERS; count += 1) machines.push(await network.machine());
  const receiver = undo.use(await startReceiver(initPort, MACHINES));
  const rig = undo.use(await startRig({ initPort, addresses: SERVERS }));
  const subject = ourSubject();
  const { api } = rig;
  let pods = 0;
  const kept = undo.move();
  return {
    rig,
    receiver,
    nextPod() {
      pods += 1;
      return { name: `pod-${pods}`, ip: network.anotherPodAddress() };
    },
    members: (folder) => machines.map((machine) => createMember({ rig, subject, machine, folder })),
    leader: (members) =>
      until('one of the controllers holds the Lease', async () => {
        const { items } = await api.request<{ items: StoredLease[] }>('GET', LEASES);
        const holder = items[0]?.spec.holderIdentity?.split('_')[0];
        return members.find(({ name }) => name === holder);
      }),
    async clear() {
      await api.request('DELETE', LEASES);
      await api.request('DELETE', `${PODS}?gracePeriodSeconds=0`);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${CONTROLLER_NAMESPACE}/leases`;
const PODS = `/api/v1/namespaces/${POD_NAMESPACE}/pods`;
