import { isHeartbeat } from '../core/heartbeat.ts';
import type { OutgoingRequest, RaftOutput } from '../core/io.ts';
import type { Request, Response } from '../messages.ts';
import type { Change } from '../storage/kept-state.ts';

export interface OutboxParts {
  /** The term that is on the disk. */
  readonly term: number;
  readonly save: (change: Change) => Promise<void>;
  readonly send: (request: OutgoingRequest) => void;
  readonly answer: (call: number, response: Response) => void;
  /** What was asked by that call. */
  readonly questionOf: (call: number) => Request | undefined;
  /** A change could not be kept: nothing that follows from it is said, nor anything after it. */
  readonly failed: (error: unknown) => void;
}

/** Takes an output, and calls `done` when all of it is carried out. */
export type Outbox = (output: RaftOutput, done: () => void) => void;

type Messages = Pick<RaftOutput, 'requests' | 'responses'>;

/**
 * Carries outputs out in their order, each when what it persists is on the disk. Only heartbeats and
 * their answers overtake what waits for the disk, once their term is on it: they say nothing of the log.
 */
export function outbox(parts: OutboxParts): Outbox {
  let writtenTerm = parts.term;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return (output, done) => {
    const { persist } = output;
    if (waiting === 0 && persist === undefined) {
      say(parts, output);
      return done();
    }
    const { quick, slow } = sorted(parts, output, writtenTerm);
    say(parts, quick);
    waiting += 1;
    const written = persist === undefined ? undefined : parts.save(persist);
    last = Promise.all([last, written]).then(() => {
      waiting -= 1;
      writtenTerm = persist?.hardState?.term ?? writtenTerm;
      say(parts, slow);
      done();
    });
    last.catch(parts.failed);
  };
}

function say(parts: OutboxParts, { requests, responses }: Messages): void {
  for (const request of requests) parts.send(request);
  for (const { call, response } of responses) parts.answer(call, response);
}

function sorted(
  parts: OutboxParts,
  { requests, responses }: RaftOutput,
  writtenTerm: number,
): { readonly quick: Messages; readonly slow: Messages } {
  const mayOvertake = (question: Request | undefined, said: Request | Response) =>
    question !== undefined && isHeartbeat(question) && 'term' in said && said.term <= writtenTerm;
  const asked = Map.groupBy(requests, ({ request }) => mayOvertake(request, request));
  const answered = Map.groupBy(responses, ({ call, response }) =>
    mayOvertake(parts.questionOf(call), response),
  );
  return {
    quick: { requests: asked.get(true) ?? [], responses: answered.get(true) ?? [] },
    slow: { requests: asked.get(false) ?? [], responses: answered.get(false) ?? [] },
  };
}
