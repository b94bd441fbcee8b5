import assert from 'node:assert/strict';
import { compileGlob } from '../../../src/base/pattern.ts';
import type { Action } from '../../../src/delivery/action.ts';
import type { ActionOf, CoreHarness } from './core-harness.ts';
import type { CustomerBuilder } from './customers.ts';
import type { TokenFates } from './token-fates.ts';

const HOUR = 3_600_000;

/** `evil` may have `db` alone; the other namespaces, whose names are one letter, `web` and `db`. */
export const AUTHORIZATION = [
  { approles: ['web', 'db'].map(compileGlob), namespaces: [compileGlob('?')], hostNetwork: true },
  { approles: [compileGlob('db')], namespaces: [compileGlob('evil')], hostNetwork: true },
];

/** The same, told otherwise. */
export function isAllowed(namespace: string, role: string): boolean {
  return role === 'db' || (role === 'web' && namespace !== 'evil');
}

/** The rules that hold whatever happens, held against what a core asks for. */
export class CoreRules {
  /** Whether the controller is the one that acts. */
  acting = false;
  readonly #pods: ReadonlyMap<string, CustomerBuilder>;
  readonly #fates: TokenFates;
  readonly #mintedAt = new Map<string, number[]>();

  /** `pods` are those that exist, by UID. */
  constructor(pods: ReadonlyMap<string, CustomerBuilder>, fates: TokenFates) {
    this.#pods = pods;
    this.#fates = fates;
  }

  minted(uid: string, now: number): void {
    this.#mintedAt.set(uid, [...(this.#mintedAt.get(uid) ?? []), now]);
  }

  check(harness: CoreHarness, actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind === 'mint') this.#checkMint(harness, action);
      if (action.kind === 'push') this.#checkPush(harness, action);
      if (action.kind === 'report') this.#checkReport(action);
      if (action.kind === 'destroy') this.#fates.destroyed(action.token);
    }
    const { attempts, minting, connecting, answering } = harness.core.counts();
    assert.equal(attempts, harness.underway.size, 'each attempt ends once');
    if (attempts === 0) assert.deepEqual([minting, connecting, answering], [0, 0, 0]);
  }

  #checkMint({ now }: CoreHarness, { pod, role }: ActionOf<'mint'>): void {
    assert.ok(this.acting, 'S42 a controller at rest mints nothing');
    const facts = this.#pods.get(pod.uid)?.facts();
    assert.ok(facts !== undefined, 'S6 a mint for a pod that is gone');
    assert.equal(role, facts.approle?.toLowerCase(), 'S9 the role is the one of now');
    assert.ok(isAllowed(pod.namespace, role), 'S9 a rule allows it');
    const times = this.#mintedAt.get(pod.uid) ?? [];
    const lately = (ms: number) => times.filter((time) => time > now - ms).length;
    assert.ok(lately(60_000) < 6 && lately(HOUR) < 30, 'S11 the limits of mints');
  }

  #checkPush(harness: CoreHarness, { attempt, ip, token }: ActionOf<'push'>): void {
    assert.ok(this.acting, 'S42 a controller at rest pushes nothing');
    const facts = this.#pods.get(this.#fates.ownerOf(token))?.facts();
    assert.ok(facts !== undefined, 'S6 a push to a pod that is gone');
    assert.equal(facts.ips[0], ip, 'S6 the address is the one of now');
    assert.equal(facts.container.kind, 'running', 'S12 it runs');
    assert.equal(token.role, facts.approle?.toLowerCase(), 'S9 the role is the one of now');
    this.#fates.pushed(token);
    const there = harness.open('push').filter((push) => push.ip === ip);
    const live = there.filter((push) => this.#isLive(harness, push));
    assert.deepEqual(
      live.map((push) => push.attempt),
      [attempt],
      'S12 one push at a time',
    );
  }

  #checkReport({ report }: ActionOf<'report'>): void {
    if (this.acting) return;
    const isOthers = report.kind === 'hindered' || report.kind === 'waiting';
    assert.ok(!isOthers, `S42 a controller at rest tells of ${report.kind}`);
  }

  /** Not broken off, nor sent to a start of the init container that is over. */
  #isLive({ aborted }: CoreHarness, { attempt, token }: ActionOf<'push'>): boolean {
    return !aborted.has(attempt) && !this.#fates.isOver(token);
  }
}
