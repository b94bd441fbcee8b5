import assert from 'node:assert/strict';
import type { PushOutcome } from '../../../src/delivery/input.ts';
import type { WrappingToken } from '../../../src/delivery/wrapping-token.ts';
import { type ContainerStart, sameStart } from '../../../src/kube/pod-facts.ts';

/** What has become of a token, as a test sees it from outside. */
interface Fate {
  readonly token: WrappingToken;
  readonly uid: string;
  /** The start of the init container that it was sent to. */
  sentTo: ContainerStart | undefined;
  outcome: 'none' | 'taken' | 'failed';
  /** Whether that start has ended well: then the token may be the credential in use. */
  endedWell: boolean;
  /** Whether a start after it has ended well, which may have got what was meant for that one. */
  laterEndedWell: boolean;
  destroyed: boolean;
}

/** Follows every token from its mint, and fails on what must not happen to it. */
export class TokenFates {
  readonly #fates = new Map<WrappingToken, Fate>();

  minted(token: WrappingToken, uid: string): void {
    this.#fates.set(token, {
      token,
      uid,
      sentTo: undefined,
      outcome: 'none',
      endedWell: false,
      laterEndedWell: false,
      destroyed: false,
    });
  }

  /** The pod that it was minted for. */
  ownerOf(token: WrappingToken): string {
    return this.#of(token).uid;
  }

  pushed(token: WrappingToken): void {
    const fate = this.#of(token);
    assert.equal(fate.sentTo, undefined, 'S11 a token that was sent is never pushed again');
    assert.ok(!fate.destroyed, 'S11 nor is one whose secret_id is destroyed');
  }

  sent(token: WrappingToken, to: ContainerStart): void {
    this.#of(token).sentTo = to;
  }

  ended(token: WrappingToken, outcome: PushOutcome): void {
    if (outcome.kind !== 'replied') return;
    const { reply } = outcome;
    const isTaken =
      reply.kind === 'taken' || (reply.kind === 'answered' && reply.result === 'exchanged');
    this.#of(token).outcome = isTaken ? 'taken' : 'failed';
  }

  containerEndedWell(uid: string, start: ContainerStart): void {
    for (const fate of this.#fates.values()) {
      if (fate.uid !== uid || fate.sentTo === undefined) continue;
      fate.endedWell ||= sameStart(fate.sentTo, start);
      fate.laterEndedWell ||= fate.sentTo.restartCount < start.restartCount;
    }
  }

  /** Whether it was sent to a start of the init container that has ended well. */
  isOver(token: WrappingToken): boolean {
    return this.#of(token).endedWell;
  }

  destroyed(token: WrappingToken): void {
    const fate = this.#of(token);
    // A second attempt at what was right to be destroyed.
    if (fate.destroyed) return;
    assert.ok(!mayBeInUse(fate), 'S11 what may be in use is not destroyed');
    fate.destroyed = true;
  }

  /** Those that nobody uses, and nobody destroyed. */
  leftOver(): string[] {
    return [...this.#fates.values()]
      .filter((fate) => !fate.destroyed && !mayBeInUse(fate) && fate.outcome !== 'taken')
      .filter((fate) => !(fate.outcome === 'none' && fate.laterEndedWell))
      .map(({ token, uid }) => `${token.accessor} of ${uid}`);
  }

  #of(token: WrappingToken): Fate {
    return this.#fates.get(token) ?? assert.fail('a token that nobody minted');
  }
}

function mayBeInUse({ outcome, endedWell }: Fate): boolean {
  return endedWell && outcome !== 'failed';
}
