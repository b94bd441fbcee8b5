import type { Message } from '../messages.ts';
import type { BroadcastLevel } from './surface.ts';

/** A message on its way to everybody, by being sent to a few. */
export interface QueuedBroadcast {
  readonly message: Message;
  /** What it is about: a newer one about the same takes its place. */
  readonly about: string | undefined;
  readonly level: BroadcastLevel;
  readonly bytes: number;
  readonly token: string | undefined;
}

interface Entry extends QueuedBroadcast {
  readonly number: number;
  readonly sent: number;
}

/** What is to be sent, and the tokens of what has been sent often enough by that. */
export interface Taken {
  readonly messages: readonly Message[];
  readonly finished: readonly string[];
}

/** What each message of a compound takes besides itself, and what the compound does. */
const BYTES_EACH = 2;
export const COMPOUND_BYTES = 2;

const LEVELS: readonly BroadcastLevel[] = ['member', 'intent', 'query', 'event'];

/**
 * What is to be spread. What was sent least comes first, then what is large, then what is new;
 * each is sent so many times and no more (memberlist, TransmitLimitedQueue).
 */
export interface BroadcastQueue {
  readonly size: number;
  /** Returns the tokens of what will not be sent any more. */
  add(broadcast: QueuedBroadcast): string[];
  /** What fits into so many bytes, each message sent `limit` times at most. */
  take(bytes: number, limit: number): Taken;
}

export function broadcastQueue(most: number): BroadcastQueue {
  let entries: Entry[] = [];
  let added = 0;
  return {
    get size() {
      return entries.length;
    },
    add(broadcast) {
      const { about } = broadcast;
      const outdated = (entry: Entry) => about !== undefined && entry.about === about;
      const gone = entries.filter(outdated);
      if (gone.length > 0) entries = entries.filter((entry) => !outdated(entry));
      added += 1;
      entries.push({ ...broadcast, number: added, sent: 0 });
      entries.sort(inOrder);
      gone.push(...entries.splice(most));
      return tokensOf(gone);
    },
    take(bytes, limit) {
      const chosen = chooseThatFit(entries, bytes);
      const sent = chosen.map((entry) => ({ ...entry, sent: entry.sent + 1 }));
      const chosenOnes = new Set(chosen);
      entries = entries.filter((entry) => !chosenOnes.has(entry));
      entries.push(...sent.filter((entry) => entry.sent < limit));
      entries.sort(inOrder);
      return {
        messages: chosen.map(({ message }) => message),
        finished: tokensOf(sent.filter((entry) => entry.sent >= limit)),
      };
    },
  };
}

function chooseThatFit(entries: readonly Entry[], bytes: number): Entry[] {
  let left = bytes;
  return entries.filter((entry) => {
    const needs = entry.bytes + BYTES_EACH;
    if (needs > left) return false;
    left -= needs;
    return true;
  });
}

function inOrder(one: Entry, other: Entry): number {
  return (
    LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
    one.sent - other.sent ||
    other.bytes - one.bytes ||
    other.number - one.number
  );
}

function tokensOf(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ token }) => (token === undefined ? [] : [token]));
}
