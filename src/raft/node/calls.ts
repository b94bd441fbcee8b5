import type { Request, Response } from '../messages.ts';

/** What other servers have asked, and has not been answered. */
export interface Calls {
  /** The answer comes once `answer` is called with the number that `take` was given. */
  ask(request: Request, take: (call: number) => void): Promise<Response>;
  questionOf(call: number): Request | undefined;
  answer(call: number, response: Response): void;
  /** Nobody is answered any more. */
  refuseAll(reason: Error): void;
}

interface Call extends PromiseWithResolvers<Response> {
  readonly request: Request;
}

export function createCalls(): Calls {
  const calls = new Map<number, Call>();
  let count = 0;
  return {
    ask(request, take) {
      count += 1;
      const call = { ...Promise.withResolvers<Response>(), request };
      calls.set(count, call);
      take(count);
      return call.promise;
    },
    questionOf: (call) => calls.get(call)?.request,
    answer(call, response) {
      calls.get(call)?.resolve(response);
      calls.delete(call);
    },
    refuseAll(reason) {
      for (const { reject } of calls.values()) reject(reason);
      calls.clear();
    },
  };
}
