import type { PushOutcome } from '../../../src/delivery/input.ts';
import { type Result, STATUS_OF } from '../../../src/wire/answer.ts';

const RESULTS = Object.keys(STATUS_OF) as Result[];
/** `outcomeOf` makes of these that no answer came, and that the push was exchanged. */
export const UNANSWERED = 0;
export const EXCHANGED = 6 + RESULTS.indexOf('exchanged') * 10;

/** One of all the ways in which a push may end, chosen by remainder. */
export function outcomeOf(how: number, isConnected: boolean): PushOutcome {
  if (!isConnected) return { kind: 'unsent', words: 'ECONNREFUSED' };
  const way = how % 10;
  if (way < 3) return { kind: 'unanswered', words: 'ECONNRESET' };
  if (way === 3) return { kind: 'replied', reply: { kind: 'taken' } };
  if (way === 4) return { kind: 'replied', reply: { kind: 'foreign', status: 500, text: 'x' } };
  const result = RESULTS[Math.floor(how / 10) % RESULTS.length] ?? 'exchanged';
  const reply = { kind: 'answered', result, reason: 'words', tokenUsed: way === 5 } as const;
  return { kind: 'replied', reply };
}

export function isWriteFailed(outcome: PushOutcome): boolean {
  if (outcome.kind !== 'replied' || outcome.reply.kind !== 'answered') return false;
  return outcome.reply.result === 'write-failed';
}
