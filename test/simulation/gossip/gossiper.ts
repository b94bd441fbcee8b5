import assert from 'node:assert/strict';
import type { Cancel } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import { LAN_RULES } from '../../../src/gossip/core/settings.ts';
import type { Endpoint, Message, Ping, PushPull } from '../../../src/gossip/messages.ts';
import { createSerf, type Serf } from '../../../src/gossip/serf/serf.ts';
import {
  SERF_RULES,
  type SerfAction,
  type SerfChange,
  type SerfInput,
} from '../../../src/gossip/serf/surface.ts';
import { VERSIONS } from '../../support/gossip/message-text.ts';
import { textCodec } from '../../support/gossip/text-codec.ts';
import type { SimProcess } from '../sim-process.ts';
import type { GossipNetwork } from './gossip-network.ts';

const NOTHING = new Uint8Array();
/** About what a message takes besides what it carries. */
const MESSAGE_BYTES = 60;

/** What a member was told of another, in the world's time. */
export interface Told {
  readonly at: number;
  readonly change: SerfChange | 'suspected';
  readonly node: string;
}

/** A serf member in a process of its own, and what became of it. */
export class Gossiper {
  readonly node: string;
  readonly endpoint: Endpoint;
  readonly process: SimProcess;
  readonly startedAt: number;
  readonly told: Told[] = [];
  /** Whom it took for dead itself, before anyone else told it. */
  readonly declared: { readonly at: number; readonly node: string }[] = [];
  /** The events it was told of. */
  readonly events: string[] = [];
  /** When it was asked to leave, and when it had. */
  leavingAt: number | undefined;
  leftAt: number | undefined;
  killedAt: number | undefined;
  /** When it was stopped, and when it went on. */
  readonly stops: { readonly from: number; to: number }[] = [];
  packets = 0;
  /** How many events it told the others. */
  said = 0;
  readonly #serf: Serf;
  readonly #network: GossipNetwork;
  readonly #now: () => number;
  readonly #answers = new Map<number, (state: PushPull) => void>();
  readonly #acks = new Map<number, () => void>();
  #connections = 0;
  #wake: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(
    number: number,
    process: SimProcess,
    network: GossipNetwork,
    now: () => number,
    random: Random,
  ) {
    this.endpoint = { host: `10.0.0.${number}`, port: 7946 };
    this.node = `${this.endpoint.host}:${this.endpoint.port}`;
    this.process = process;
    this.startedAt = now();
    this.#network = network;
    this.#now = now;
    const own = { node: this.node, endpoint: this.endpoint, meta: NOTHING, versions: VERSIONS };
    const gossip = { ...LAN_RULES, ...own, packetBytes: 1_400, sizeOf };
    const settings = { ...SERF_RULES, gossip, codec: textCodec };
    this.#serf = createSerf(settings, process.clock.now(), random);
    network.add(this);
  }

  get isRunning(): boolean {
    return this.process.state === 'running';
  }

  /** It takes part, and is not about to go. */
  get isMember(): boolean {
    return this.process.state !== 'dead' && this.leavingAt === undefined;
  }

  /** Those it holds for members, itself among them. */
  living(): string[] {
    const members = this.#serf.members().filter(({ status }) => status === 'alive');
    return members.map(({ node }) => node).sort();
  }

  feed(input: SerfInput): void {
    if (this.process.state === 'dead') return;
    const { clock } = this.process;
    const actions = this.#serf.step(input, clock.now());
    for (const action of actions) {
      this.#note(action, input);
      this.#carryOut(action);
    }
    this.#plan();
  }

  leave(): void {
    this.leavingAt = this.#now();
    this.process.receive(() => this.feed({ kind: 'leave' }));
  }

  kill(): void {
    this.killedAt = this.#now();
    this.process.kill();
  }

  stop(): void {
    if (!this.isRunning) return;
    this.process.stop();
    this.stops.push({ from: this.#now(), to: Number.POSITIVE_INFINITY });
  }

  resume(): void {
    const stop = this.stops.at(-1);
    if (this.process.state !== 'stopped' || stop === undefined) return;
    stop.to = this.#now();
    this.process.resume();
  }

  #note(action: SerfAction, input: SerfInput): void {
    if (action.kind !== 'member' || action.change !== 'failed') return;
    const { node } = action.member;
    const isHeard =
      input.kind === 'packet' &&
      input.messages.some((message) => message.kind === 'dead' && message.node === node);
    if (!isHeard) this.declared.push({ at: this.#now(), node });
  }

  #plan(): void {
    const at = this.#serf.nextWake();
    if (at === this.#wake?.at) return;
    this.#wake?.cancel();
    this.#wake = undefined;
    if (at === undefined) return;
    const cancel = this.process.clock.callAt(at, () => {
      this.#wake = undefined;
      this.feed({ kind: 'wake' });
    });
    this.#wake = { at, cancel };
  }

  #carryOut(action: SerfAction): void {
    switch (action.kind) {
      case 'send':
        return this.#send(action.to, action.messages);
      case 'push-pull':
        return this.#pushPull(action.to, action.state);
      case 'pull':
        this.#answers.get(action.connection)?.(action.state);
        return;
      case 'stream-ping':
        return this.#streamPing(action.to, action.ping);
      case 'stream-ack':
        this.#acks.get(action.connection)?.();
        return;
      case 'member':
        this.told.push({ at: this.#now(), change: action.change, node: action.member.node });
        return;
      case 'event':
        this.events.push(action.name);
        return;
      case 'report':
        if (action.report.kind !== 'suspected') return;
        this.told.push({ at: this.#now(), change: 'suspected', node: action.report.node });
        return;
      case 'left':
        this.leftAt = this.#now();
        return this.process.kill();
      case 'unreadable':
        return assert.fail('what is said can be read');
    }
  }

  #send(to: Endpoint, messages: readonly Message[]): void {
    this.packets += 1;
    const { endpoint: from } = this;
    this.#network.datagram(from, to, (other) => other.feed({ kind: 'packet', from, messages }));
  }

  #pushPull(to: Endpoint, state: PushPull): void {
    const { isJoin } = state;
    this.#network.stream(this, to, (other, answer) => {
      const connection = other.#nextConnection();
      other.#answers.set(connection, (theirs) =>
        answer(() => this.feed({ kind: 'pulled', isJoin, state: theirs })),
      );
      other.feed({ kind: 'pushed', connection, state });
      other.#answers.delete(connection);
    });
  }

  #streamPing(to: Endpoint, ping: Ping): void {
    const { sequence } = ping;
    this.#network.stream(this, to, (other, answer) => {
      const connection = other.#nextConnection();
      other.#acks.set(connection, () =>
        answer(() => this.feed({ kind: 'stream-acked', sequence })),
      );
      other.feed({ kind: 'stream-pinged', connection, ping });
      other.#acks.delete(connection);
    });
  }

  #nextConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }
}

function sizeOf(message: Message): number {
  return MESSAGE_BYTES + (message.kind === 'user' ? message.payload.length : 0);
}
