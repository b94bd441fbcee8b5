import type { Handler, SimRequest } from './exchange.ts';

/** What a caller without a network gets to see of an answer. */
export interface Receiver {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  bytes(bytes: Buffer): void;
  end(): void;
  /** The connection broke before the end. */
  lost(): void;
}

/**
 * Asks an embedded server without any network: the answer arrives through `receiver`, within the
 * call or whenever the server's clock says. Gives back what hangs up.
 */
export function ask(handler: Handler, request: SimRequest, receiver: Receiver): () => void {
  let open = true;
  let whenGone = () => {};
  const finish = (last: () => void) => {
    if (!open) return;
    open = false;
    last();
    whenGone();
  };
  handler(request, {
    start: (status, headers) => open && receiver.head(status, headers),
    write: (bytes) => open && receiver.bytes(bytes),
    end: () => finish(() => receiver.end()),
    reset: () => finish(() => receiver.lost()),
    onGone(gone) {
      if (open) whenGone = gone;
      else gone();
    },
  });
  return () => finish(() => {});
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * As `ask`, for an answer that is read whole.
 * @throws Error if the connection breaks before the end
 */
export function askWhole(handler: Handler, request: SimRequest): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let head: Omit<WholeAnswer, 'body'> = { status: 0, headers: {} };
    const chunks: Buffer[] = [];
    ask(handler, request, {
      head: (status, headers) => {
        head = { status, headers };
      },
      bytes: (bytes) => chunks.push(bytes),
      end: () => resolve({ ...head, body: Buffer.concat(chunks).toString('utf8') }),
      lost: () => reject(new Error('the connection was lost')),
    });
  });
}
