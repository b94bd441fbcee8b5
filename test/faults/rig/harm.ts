import type { Traffic } from '../../support/network/machine.ts';
import { PODS, SERVERS } from '../../support/network/network.ts';
import { until } from '../../support/until.ts';
import { type Cluster, HOME } from './cluster.ts';
import type { Node } from './node.ts';
import { type Act, EVERYBODY } from './record.ts';
import type { Recorder } from './recorder.ts';

/** An API server that is away for the moment has to take the rights back within this time. */
const RIGHTS_WITHIN_MS = 45_000;

/** What can be done to controllers other than by signals, with a note of it in the record. */
export class Harm {
  readonly #cluster: Cluster;
  readonly #recorder: Recorder;
  readonly #delayed = new Map<string, readonly Act[]>();

  constructor(cluster: Cluster, recorder: Recorder) {
    this.#cluster = cluster;
    this.#recorder = recorder;
  }

  /** Writes into the record what is done. */
  note(what: string): void {
    this.#recorder.add({ kind: 'fault', what });
  }

  /** These packets of the machine get lost, until `mend`. */
  async cut(node: Node, traffic: Traffic): Promise<void> {
    this.note(`${node.name}: packets get lost: ${JSON.stringify(traffic)}`);
    this.#delays(node.name, actsTo(traffic.peer));
    await node.machine.drop(traffic);
  }

  /** As `cut`, but for all that passes between the controllers themselves. */
  async cutPeers({ name, machine, peerDoors }: Node, way: Traffic['way']): Promise<void> {
    this.note(`${name}: packets of peers get lost: ${way}`);
    for (const { transport, port } of peerDoors) {
      await machine.drop({ way, transport, ownPort: port });
      await machine.drop({ way, transport, peerPort: port });
    }
  }

  /** Nothing comes to the machine or from it, until `mend`. */
  async unplug(node: Node): Promise<void> {
    this.note(`${node.name}: unplugged`);
    this.#delays(node.name, ['mint', 'push']);
    await node.machine.unplug();
  }

  /**
   * Has it look to everybody as if no process listened on that machine's peer port, as who can forge
   * resets may: connections break, and new ones are refused, until `mend`.
   */
  async forgeResets(node: Node): Promise<void> {
    this.note(`${node.name}: resets in the name of its peer port`);
    await node.machine.refuse(node.peerPort);
    await node.machine.breakConnections(node.peerPort);
  }

  async mend(node: Node): Promise<void> {
    await node.machine.heal();
    await node.machine.plugIn();
    this.note(`${node.name}: packets come and go again`);
    this.#arrivesAgain(node.name);
  }

  /** Vault stands still until `resumeVault`: it takes connections, and answers nothing. */
  pauseVault(): void {
    this.note('Vault stands still');
    this.#delays(EVERYBODY, ['mint']);
    this.#cluster.vault.pause();
  }

  resumeVault(): void {
    this.#cluster.vault.resume();
    this.note('Vault goes on');
    this.#arrivesAgain(EVERYBODY);
  }

  /** The API server stands still until `resumeApiServer`: connections stay open, and nothing answers. */
  pauseApiServer(): void {
    this.note('the API server stands still');
    this.#cluster.plane.pauseApiServer();
  }

  resumeApiServer(): void {
    this.#cluster.plane.resumeApiServer();
    this.note('the API server goes on');
  }

  /** Takes the rights of the controllers' own namespace away; what it resolves with gives them back. */
  async takeRights(): Promise<() => Promise<void>> {
    const { plane, serviceAccount } = this.#cluster;
    const role = `/apis/rbac.authorization.k8s.io/v1/namespaces/${HOME}/roles/${serviceAccount}`;
    const { rules } = await plane.request<{ rules: readonly object[] }>('GET', role);
    const set = (to: readonly object[]) =>
      plane.request('PATCH', role, { rules: to }, 'application/merge-patch+json');
    this.note('no rights');
    await set([]);
    return async () => {
      await until('the rights are as before', () => set(rules), RIGHTS_WITHIN_MS);
      this.note('rights as before');
    };
  }

  #delays(machine: string, acts: readonly Act[]): void {
    for (const of of acts) this.#recorder.add({ kind: 'cut', machine, of });
    this.#delayed.set(machine, acts);
  }

  #arrivesAgain(machine: string): void {
    for (const of of this.#delayed.get(machine) ?? []) {
      this.#recorder.add({ kind: 'mended', machine, of });
    }
    this.#delayed.delete(machine);
  }
}

/** What a machine does that does not arrive where packets to this address get lost. */
function actsTo(peer: string | undefined): Act[] {
  if (peer === undefined) return ['mint', 'push'];
  if (peer === PODS) return ['push'];
  return peer === SERVERS.vault ? ['mint'] : [];
}
