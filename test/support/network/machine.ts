import { findBinary } from '../real/process/binaries.ts';
import { command, ip } from './own-network.ts';

/** Packets that come to a machine or leave it: all, or those of one peer, or of one port. */
export interface Traffic {
  readonly way: 'out' | 'in' | 'both';
  /** TCP by default. */
  readonly transport?: 'tcp' | 'udp';
  /** The other side's address, or a network of such, as `10.0.0.0/8`; any by default. */
  readonly peer?: string;
  /** A port that the machine itself listens on. */
  readonly ownPort?: number;
  /** A port that the other side listens on. */
  readonly peerPort?: number;
}

interface MachineSetup {
  readonly name: string;
  readonly address: string;
  readonly bridge: string;
  readonly gateway: string;
}

const TABLE = 'inet faults';

/** A network namespace with one cable to the bridge: what a node of a cluster is to a program there. */
export class Machine {
  readonly name: string;
  readonly address: string;
  /** The words before a command that make it run on this machine. */
  readonly enter: readonly string[];

  private constructor({ name, address }: MachineSetup) {
    this.name = name;
    this.address = address;
    this.enter = ['nsenter', `--net=/run/netns/${name}`, '--'];
  }

  /** Use a network's `machine`. */
  static async add(setup: MachineSetup): Promise<Machine> {
    const machine = new Machine(setup);
    const { name, address, bridge, gateway } = setup;
    await ip(`netns add ${name}`);
    await ip(`link add ${name} type veth peer name eth0 netns ${name}`);
    await ip(`link set ${name} master ${bridge} up`);
    await ip(`-n ${name} link set lo up`);
    await ip(`-n ${name} addr add ${address}/16 dev eth0`);
    await ip(`-n ${name} link set eth0 up`);
    await ip(`-n ${name} route add default via ${gateway}`);
    await machine.#nft(`add table ${TABLE}`);
    for (const hook of ['input', 'output']) {
      await machine.#nft(`add chain ${TABLE} ${hook} { type filter hook ${hook} priority 0; }`);
    }
    return machine;
  }

  /** Nothing comes to the machine or from it any more, as when it has lost its power. */
  async unplug(): Promise<void> {
    await ip(`link set ${this.name} down`);
  }

  async plugIn(): Promise<void> {
    await ip(`link set ${this.name} up`);
  }

  /** These packets get lost, and nobody is told. */
  async drop(traffic: Traffic): Promise<void> {
    await this.#rule(traffic, 'drop');
  }

  /** Who connects to this port of the machine is told that nobody listens there. */
  async refuse(ownPort: number): Promise<void> {
    await this.#rule({ way: 'in', ownPort }, 'reject with tcp reset');
  }

  /** Breaks each connection to a port that the machine listens on: both sides get a reset. */
  async breakConnections(ownPort: number): Promise<void> {
    await this.run('ss', '--kill', '--tcp', 'state', 'established', 'sport', '=', `:${ownPort}`);
  }

  /** Takes back what `drop` and `refuse` did. */
  async heal(): Promise<void> {
    await this.#nft(`flush table ${TABLE}`);
  }

  /**
   * Runs a program of the system on this machine, to its end.
   * @throws Error with what it said, if it did not end with 0
   */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const [first = '', ...rest] = [...this.enter, program, ...args];
    return await command(first, ...rest);
  }

  /** Takes the machine away; its programs have to have ended. */
  async remove(): Promise<void> {
    await ip(`link delete ${this.name}`);
    await ip(`netns delete ${this.name}`);
  }

  async #rule(traffic: Traffic, verdict: string): Promise<void> {
    const { way, transport = 'tcp', peer, ownPort, peerPort } = traffic;
    const rule = (hook: 'input' | 'output', own: 's' | 'd', other: 's' | 'd') => {
      const matches = [
        `meta l4proto ${transport}`,
        ...(peer === undefined ? [] : [`ip ${other}addr ${peer}`]),
        ...(ownPort === undefined ? [] : [`${transport} ${own}port ${ownPort}`]),
        ...(peerPort === undefined ? [] : [`${transport} ${other}port ${peerPort}`]),
      ];
      return this.#nft(`add rule ${TABLE} ${hook} ${matches.join(' ')} ${verdict}`);
    };
    if (way !== 'out') await rule('input', 'd', 's');
    if (way !== 'in') await rule('output', 's', 'd');
  }

  async #nft(rule: string): Promise<void> {
    await this.run(findBinary('nft'), rule);
  }
}
