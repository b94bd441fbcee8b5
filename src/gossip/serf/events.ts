import type { Query, UserEvent } from '../serf-messages.ts';
import { type SerfStep, say } from './state.ts';

/** Serf's own limit for name and payload, in bytes. */
const MOST_BYTES = 512;
/** The flag of a query that is meant for us alone. */
const NOT_TO_BE_PASSED_ON = 2;

/**
 * Tells all an event, ourselves too.
 * @throws RangeError when name and payload are more than 512 bytes
 */
export function sayEvent(step: SerfStep, name: string, payload: Uint8Array): void {
  if (Buffer.byteLength(name) + payload.length > MOST_BYTES) {
    throw new RangeError(`an event has at most ${MOST_BYTES} bytes`);
  }
  const time = step.state.events.clock.next();
  const event: UserEvent = { kind: 'event', time, name, payload, coalesce: false };
  hearEvent(step, event);
  say(step, event, 'event');
}

/** Returns whether it is news, to be passed on. */
export function hearEvent(step: SerfStep, { time, name, payload }: UserEvent): boolean {
  if (!step.state.events.add(time, { name, payload })) return false;
  step.actions.push({ kind: 'event', name, payload });
  return true;
}

/** Queries are passed on; we have nothing to answer. */
export function hearQuery({ state }: SerfStep, { time, id, flags }: Query): boolean {
  return state.queries.add(time, id) && (flags & NOT_TO_BE_PASSED_ON) === 0;
}
