import assert from 'node:assert/strict';
import type { Action } from '../../../src/delivery/action.ts';
import type { Input, PushOutcome, VaultFailure } from '../../../src/delivery/input.ts';
import type { WrappingToken } from '../../../src/delivery/wrapping-token.ts';
import type { Result } from '../../../src/wire/answer.ts';
import { DEFAULT_INIT_PORT } from '../../../src/wire/push.ts';
import { type ActionOf, CoreHarness, type HarnessOptions, vaultFailure } from './core-harness.ts';
import type { CustomerBuilder } from './customers.ts';

/**
 * Tells a core what happens in the words of the trade: `drive.mints(web)`, `drive.refuses(web)`.
 * Attempts that the core breaks off end at once, as the runner's do.
 */
export class DeliveryDriver extends CoreHarness {
  override step(input: Input): void {
    super.step(input);
    for (const attempt of [...this.aborted]) this.#breakOff(attempt);
  }

  #breakOff(attempt: number): void {
    const action = this.underway.get(attempt);
    if (action?.kind === 'probe') this.endProbe(attempt, 'broken off');
    if (action?.kind !== 'push') return;
    const kind = this.connected.has(attempt) ? 'unanswered' : 'unsent';
    this.endPush(attempt, { kind, words: 'broken off' });
  }

  /** Vault answers the pod's mint. */
  mints(customer: CustomerBuilder, change: Partial<WrappingToken> = {}): WrappingToken {
    const mint = this.mintOf(customer);
    const token = { ...this.tokenFor(mint), ...change };
    this.endMint(mint.attempt, token);
    return token;
  }

  /** Vault fails the pod's mint. */
  mintFails(customer: CustomerBuilder, kind: VaultFailure['kind']): this {
    this.endMint(this.mintOf(customer).attempt, vaultFailure(kind));
    return this;
  }

  /** Vault answers the look at the controller's own token. */
  ownTokenIs(kind: 'valid' | 'invalid' | 'unknown'): this {
    const failure = vaultFailure('unavailable');
    const { words } = failure;
    if (kind === 'valid') this.endSelfLookUp({ kind });
    else this.endSelfLookUp(kind === 'invalid' ? { kind, words } : { kind, failure });
    return this;
  }

  /** The pod's init container, or who listens in its place, completes the TLS handshake. */
  connects(customer: CustomerBuilder): this {
    this.connect(this.pushTo(customer).attempt);
    return this;
  }

  /** Nobody listens at the pod's address. */
  refuses(customer: CustomerBuilder): this {
    this.endPush(this.pushTo(customer).attempt, { kind: 'unsent', words: 'ECONNREFUSED' });
    return this;
  }

  /** The pod took the push and the connection broke. */
  resets(customer: CustomerBuilder): this {
    return this.#ends(customer, { kind: 'unanswered', words: 'ECONNRESET' });
  }

  answers(customer: CustomerBuilder, result: Result, { tokenUsed = false } = {}): this {
    const reply = { kind: 'answered', result, reason: 'its words', tokenUsed } as const;
    return this.#ends(customer, { kind: 'replied', reply });
  }

  /** As an init container of the original: 200 and nothing else. */
  takes(customer: CustomerBuilder): this {
    return this.#ends(customer, { kind: 'replied', reply: { kind: 'taken' } });
  }

  answersForeign(customer: CustomerBuilder, status: number): this {
    const reply = { kind: 'foreign', status, text: 'whatever' } as const;
    return this.#ends(customer, { kind: 'replied', reply });
  }

  #ends(customer: CustomerBuilder, outcome: PushOutcome): this {
    const { attempt } = this.pushTo(customer);
    if (!this.connected.has(attempt)) this.connect(attempt);
    this.endPush(attempt, outcome);
    return this;
  }

  /** Ends the probe of the pod: with a failure, or a connection that stood. */
  probes(customer: CustomerBuilder, failure?: string): this {
    this.endProbe(this.probeOf(customer).attempt, failure);
    return this;
  }

  /** The whole way of a pod that waits for its turn; its status is not seen yet. */
  exchanges(customer: CustomerBuilder): WrappingToken {
    const token = this.mints(customer);
    this.answers(customer, 'exchanged', { tokenUsed: true });
    return token;
  }

  mintOf(customer: CustomerBuilder): ActionOf<'mint'> {
    const found = this.open('mint').find(({ pod }) => pod.uid === customer.uid);
    return found ?? assert.fail(`no mint for ${customer.uid} is under way`);
  }

  pushTo(customer: CustomerBuilder): ActionOf<'push'> {
    const found = this.open('push').find((action) => isTo(customer, action));
    return found ?? assert.fail(`no push to ${customer.uid} is under way`);
  }

  probeOf(customer: CustomerBuilder): ActionOf<'probe'> {
    const found = this.open('probe').find((action) => isTo(customer, action));
    return found ?? assert.fail(`no probe of ${customer.uid} is under way`);
  }

  /** What is under way for the pod, by kind. */
  underwayFor(customer: CustomerBuilder): Action['kind'][] {
    return [...this.underway.values()]
      .filter((one) => (one.kind === 'mint' ? one.pod.uid === customer.uid : isTo(customer, one)))
      .map(({ kind }) => kind);
  }

  /** The accessors of the secret_ids that were to be destroyed, in order. */
  destroyed(): (string | undefined)[] {
    return this.asked('destroy').map(({ token }) => token.accessor);
  }
}

export function driveDelivery(options?: HarnessOptions): DeliveryDriver {
  return new DeliveryDriver(options);
}

function isTo(customer: CustomerBuilder, { ip, port }: { ip: string; port: number }): boolean {
  const { ips, initPort } = customer.facts();
  return ips[0] === ip && Number(initPort ?? DEFAULT_INIT_PORT) === port;
}
