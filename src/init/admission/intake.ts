import type { Cancel, Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/message-of.ts';
import type { Random } from '../../base/random.ts';
import type { CallOptions } from '../../vault/client/vault-client.ts';
import { type Answer, EXCHANGE_BUDGET_MS } from '../../wire/answer.ts';
import type { Push } from '../../wire/push.ts';
import type { Log } from '../log.ts';
import {
  type Admission,
  type AdmissionAction,
  type AdmissionInput,
  type LookUpOutcome,
  NOBODY_YET,
  nextWake,
  step,
} from './admission.ts';
import type { PushId } from './candidates.ts';
import type { Target } from './target.ts';

/** How long one lookup of a token may take. */
const LOOK_UP_MS = 3_000;

/** One push, and where to exchange it. */
export interface Job {
  readonly push: Push;
  readonly target: Target;
  /** On the clock: when it is answered at the latest. */
  readonly deadlineAt: number;
}

export interface IntakeParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** @throws BadPushError */
  targetOf(push: Push): Target;
  lookUp(job: Job, options: CallOptions): Promise<LookUpOutcome>;
  /** Exchanges an accepted token and writes the credential. */
  exchange(job: Job): Promise<Answer>;
}

/** Takes pushes, and carries out what `admission` decides about them. */
export interface Intake {
  /**
   * Resolves with the answer to the push, when its budget is used up at the latest.
   * @throws BadPushError if it could be exchanged nowhere
   */
  submit(push: Push): Promise<Answer>;
  /** Resolves with the answer that ends this container's work: `exchanged` or `write-failed`. */
  readonly ended: Promise<Answer>;
  /** Resolves when no exchange is under way. */
  idle(): Promise<void>;
}

interface Entry extends Job {
  readonly reply: (answer: Answer) => void;
  readonly lookUp: AbortController;
}

/** The intake at work: what changes while it runs. */
interface Work {
  readonly parts: IntakeParts;
  readonly entries: Map<PushId, Entry>;
  readonly end: (answer: Answer) => void;
  admission: Admission;
  lastId: PushId;
  exchange: Promise<void>;
  cancelWake: Cancel;
}

export function createIntake(parts: IntakeParts): Intake {
  const { promise: ended, resolve: end } = Promise.withResolvers<Answer>();
  const work: Work = {
    parts,
    entries: new Map(),
    end,
    admission: NOBODY_YET,
    lastId: 0,
    exchange: Promise.resolve(),
    cancelWake: () => {},
  };
  return { ended, idle: () => work.exchange, submit: async (push) => await submit(work, push) };
}

function submit(work: Work, push: Push): Promise<Answer> {
  const target = work.parts.targetOf(push);
  const budgetMs = Math.min(EXCHANGE_BUDGET_MS, push.ttl * 1_000);
  const deadlineAt = work.parts.clock.now() + budgetMs;
  const { promise, resolve: reply } = Promise.withResolvers<Answer>();
  work.lastId += 1;
  const id = work.lastId;
  work.entries.set(id, { push, target, deadlineAt, reply, lookUp: new AbortController() });
  advance(work, { kind: 'pushed', id, deadlineAt });
  return promise;
}

function advance(work: Work, input: AdmissionInput): void {
  const { clock, random } = work.parts;
  const { admission, actions } = step(work.admission, input, clock.now(), random());
  work.admission = admission;
  for (const action of actions) perform(work, action);
  work.cancelWake();
  const wake = nextWake(admission);
  work.cancelWake =
    wake === undefined ? () => {} : clock.callAt(wake, () => advance(work, { kind: 'woken' }));
}

function perform(work: Work, action: AdmissionAction): void {
  const entry = work.entries.get(action.id);
  if (entry === undefined) return;
  switch (action.kind) {
    case 'look-up':
      void lookUp(work, action.id, entry);
      break;
    case 'cancel':
      entry.lookUp.abort();
      break;
    case 'exchange':
      work.exchange = exchange(work, action.id, entry);
      break;
    case 'answer':
      work.entries.delete(action.id);
      entry.target.release();
      entry.reply(action.answer);
      break;
  }
}

async function lookUp(work: Work, id: PushId, entry: Entry): Promise<void> {
  const { clock, log } = work.parts;
  const { signal } = entry.lookUp;
  const deadlineMs = Math.max(0, Math.min(LOOK_UP_MS, entry.deadlineAt - clock.now()));
  const outcome = await work.parts
    .lookUp(entry, { deadlineMs, signal })
    .catch((error: unknown): LookUpOutcome => {
      if (!signal.aborted) log.error({ reason: messageOf(error) }, 'a lookup broke');
      return { kind: 'failed', reason: 'the lookup broke' };
    });
  if (outcome.kind === 'failed' && !signal.aborted) {
    log.debug({ reason: outcome.reason }, 'could not look a token up');
  }
  advance(work, { kind: 'looked-up', id, outcome });
}

async function exchange(work: Work, id: PushId, entry: Entry): Promise<void> {
  const answer = await work.parts.exchange(entry).catch((error: unknown): Answer => {
    work.parts.log.error({ reason: messageOf(error) }, 'the exchange broke');
    return { result: 'vault-unreachable', reason: 'the exchange broke', tokenUsed: true };
  });
  advance(work, { kind: 'exchange-ended', id, answer });
  if (answer.result === 'exchanged' || answer.result === 'write-failed') work.end(answer);
}
