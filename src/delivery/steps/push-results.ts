import type { Reply } from '../../wire/answer.ts';
import type { PushOutcome } from '../input.ts';
import type { Reason } from '../reason.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import { attemptOf, end, release, waitingOn } from './attempts.ts';
import { cleanUpBeforePush, destroyNow, outcomeUnknown } from './cleanup.ts';
import type { Delivery, ProofAnswer } from './state.ts';
import { suspect } from './suspicion.ts';
import * as transitions from './transitions.ts';
import { type Attempt, report, type World } from './world.ts';

const BUSY_MS = 1_000;
const LONGEST_BUSY_MS = 60_000;
/** With these the init container says that it used the token itself. */
const AFTER_USE: ReadonlySet<string> = new Set([
  'login-refused',
  'vault-unreachable',
  'write-failed',
]);

/** The body goes out now: the connection's slot is free for the next. */
export function onConnected(world: World, id: number): void {
  const attempt = attemptOf(world, id);
  release(world, attempt, 'connecting');
  cleanUpBeforePush(world, attempt);
  attempt.order.times.pushed = world.now;
  attempt.order.refusals = 0;
}

export function onProbed(world: World, id: number, failure: string | undefined): void {
  const attempt = attemptOf(world, id);
  end(world, attempt);
  const delivery = waitingOn(world, attempt);
  if (delivery === undefined) return;
  const { order } = attempt;
  if (failure === undefined) {
    order.mustProbe = false;
    order.refusals = 0;
  }
  if (failure === undefined || !world.acting) {
    return transitions.enqueue(world, delivery, order, undefined);
  }
  transitions.awaitListener(world, delivery, order, { words: failure, token: undefined });
}

export function onPushed(world: World, id: number, outcome: PushOutcome): void {
  const attempt = attemptOf(world, id);
  const { token } = attempt;
  end(world, attempt);
  if (token === undefined) throw new Error(`attempt ${id} pushed no token`);
  const sent = { attempt, token, delivery: waitingOn(world, attempt) };
  if (outcome.kind === 'unsent') return onUnsent(world, sent, outcome.words);
  if (outcome.kind === 'unanswered') return onUnanswered(world, sent, outcome.words);
  onReply(world, sent, outcome.reply);
}

/** A push that has ended, and its pod where that still waits for it. */
interface Sent {
  readonly attempt: Attempt;
  readonly token: WrappingToken;
  readonly delivery: Delivery | undefined;
}

/** The token has not left the house: it is pushed again while it lives (S11). */
function onUnsent(world: World, { attempt, token, delivery }: Sent, words: string): void {
  const { order } = attempt;
  failed(world, attempt, { kind: 'not-listening', address: transitions.addressOf(order), words });
  if (delivery !== undefined && world.acting) {
    return transitions.awaitListener(world, delivery, order, { words, token });
  }
  destroyNow(world, token);
  if (delivery !== undefined) transitions.enqueue(world, delivery, order, undefined);
}

/** The init container may be at work with the token, or somebody else: it is never pushed again. */
function onUnanswered(world: World, { attempt, token, delivery }: Sent, words: string): void {
  if (attempt.overtaken === 'by-a-good-end') return;
  const { order, pod } = attempt;
  const reason: Reason = { kind: 'no-answer', address: transitions.addressOf(order), words };
  failed(world, attempt, reason);
  if (attempt.overtaken !== 'broken-off') outcomeUnknown(world, attempt, token);
  suspect(world, pod, token, 'possible');
  if (delivery !== undefined) transitions.backOff(world, delivery, order, reason);
}

function onReply(world: World, sent: Sent, reply: Reply): void {
  const { attempt, token, delivery } = sent;
  attempt.order.times.answered = world.now;
  if (reply.kind === 'taken') return onTaken(world, sent, 'taken');
  if (reply.kind === 'answered' && reply.result === 'exchanged') {
    return onTaken(world, sent, 'exchanged');
  }
  destroyNow(world, token);
  if (!isUsedByPeer(reply)) suspect(world, attempt.pod, token, 'suspected');
  const reason = reasonOf(reply);
  failed(world, attempt, reason);
  if (delivery !== undefined) retryAfter(world, delivery, sent, reason);
}

/** The credential is on its way into the pod, or there: the pod's status will prove it. */
function onTaken(world: World, { attempt, token, delivery }: Sent, answer: ProofAnswer): void {
  const { order, pod, role } = attempt;
  report(world, { kind: 'pushed', pod, role });
  if (delivery !== undefined) transitions.awaitProof(world, delivery, order, { token, answer });
}

function retryAfter(
  world: World,
  delivery: Delivery,
  { attempt: { order }, token }: Sent,
  reason: Reason,
): void {
  const result = reason.kind === 'answered' ? reason.result : undefined;
  if (result === 'done') {
    return transitions.awaitProof(world, delivery, order, { token, answer: 'done' });
  }
  if (result === 'write-failed') return transitions.giveUp(world, delivery, order, reason);
  if (result !== 'busy') return transitions.backOff(world, delivery, order, reason);
  order.busy += 1;
  const until = world.now + Math.min(LONGEST_BUSY_MS, BUSY_MS * 2 ** (order.busy - 1));
  transitions.waitUntil(world, delivery, order, { reason, until });
}

function isUsedByPeer(reply: Reply): boolean {
  return reply.kind === 'answered' && reply.tokenUsed && AFTER_USE.has(reply.result);
}

/** What the receiver said, as its own words: they were sanitised with the push's secrets when read. */
function reasonOf(reply: Exclude<Reply, { kind: 'taken' }>): Reason {
  if (reply.kind === 'answered') {
    return { kind: 'answered', result: reply.result, words: reply.reason };
  }
  return { kind: 'foreign-answer', status: reply.status, words: reply.text };
}

function failed(world: World, { pod, role }: Attempt, reason: Reason): void {
  report(world, { kind: 'push-failed', pod, role, reason });
}
