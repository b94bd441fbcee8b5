import { Rate } from '../../base/rate.ts';
import type { RoleName } from '../../wire/role-name.ts';
import type { Action } from '../action.ts';
import { AlarmClock } from '../policy/alarm-clock.ts';
import { CleanupList } from '../policy/cleanup-list.ts';
import type { JudgementOptions } from '../policy/customer.ts';
import { FairQueue } from '../policy/fair-queue.ts';
import { MintLedger } from '../policy/mint-ledger.ts';
import { RoleGate } from '../policy/role-gate.ts';
import { Share } from '../policy/share.ts';
import { VaultGate } from '../policy/vault-gate.ts';
import type { PodRef, Report } from '../report.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import type { Delivery, Order } from './state.ts';

export interface DeliveryOptions extends JudgementOptions {
  readonly limits: Limits;
}

/** How much may be under way at once. */
export interface Limits {
  readonly minting: number;
  readonly connecting: number;
  readonly answering: number;
}

/**
 * More mints at once only queue in Vault, and more TLS handshakes in the processor, where each holds
 * memory; answers are cheap to wait for.
 */
export const DEFAULT_LIMITS: Limits = { minting: 32, connecting: 64, answering: 1_024 };

/** Mints a second, and at once, for roles that Vault has not accepted yet. */
const UNPROVEN_PER_SECOND = 50;
const UNPROVEN_AT_ONCE = 200;

export type Slot = keyof Limits;

/** A mint, probe or push under way. It ends by exactly one result, whatever becomes of its pod. */
export interface Attempt {
  readonly id: number;
  readonly pod: PodRef;
  readonly role: RoleName;
  readonly order: Order;
  readonly holds: Set<Slot>;
  /** What is pushed; a mint's attempt gains it when it goes on as a push. */
  token: WrappingToken | undefined;
  /**
   * What has become of it that its result does not tell: its init container ended well, so that
   * nothing is left to clean up; or it was broken off, and cleaned up after already.
   */
  overtaken: 'by-a-good-end' | 'broken-off' | undefined;
}

export interface Suspect {
  readonly token: WrappingToken;
  readonly pod: PodRef;
  readonly certainty: 'suspected' | 'possible';
}

/** All that the core knows. Changed only within `step`, by the functions of this folder. */
export interface World {
  readonly options: DeliveryOptions;
  readonly deliveries: Map<string, Delivery>;
  readonly attempts: Map<number, Attempt>;
  readonly cleanups: CleanupList;
  readonly suspects: Map<number, Suspect>;
  /** Who waits for a connection, for a first mint of an unproven role, for a mint. */
  readonly queues: Readonly<Record<'connecting' | 'unproven' | 'proven', FairQueue>>;
  readonly slots: Readonly<Record<Slot, Share>>;
  readonly roles: RoleGate;
  readonly vault: VaultGate;
  readonly unprovenRate: Rate;
  readonly mints: MintLedger;
  readonly alarms: AlarmClock;
  /** Addresses (ip:port) that pods on their node's network share, with the pod that has it now. */
  readonly addresses: Map<string, string>;
  acting: boolean;
  sync: number;
  selfLookUp: 'none' | 'under way';
  lastId: number;
  /** Of the step under way. */
  now: number;
  random: number;
  actions: Action[];
}

export function newWorld(options: DeliveryOptions): World {
  return {
    options,
    deliveries: new Map(),
    attempts: new Map(),
    cleanups: new CleanupList(),
    suspects: new Map(),
    queues: { connecting: new FairQueue(), unproven: new FairQueue(), proven: new FairQueue() },
    slots: {
      minting: new Share(options.limits.minting),
      connecting: new Share(options.limits.connecting),
      answering: new Share(options.limits.answering),
    },
    roles: new RoleGate(),
    vault: new VaultGate(),
    unprovenRate: new Rate(UNPROVEN_PER_SECOND, UNPROVEN_AT_ONCE),
    mints: new MintLedger(),
    alarms: new AlarmClock(),
    addresses: new Map(),
    acting: false,
    sync: 0,
    selfLookUp: 'none',
    lastId: 0,
    now: 0,
    random: 0,
    actions: [],
  };
}

export function newId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}

export function report(world: World, content: Report): void {
  world.actions.push({ kind: 'report', report: content });
}
