/** A request as the embedded servers read it, whatever carried it: HTTP, or a simulated network. */
export interface SimRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The peer's IP address. */
  readonly peer: string;
}

/** Where an answer goes. What carries it decides what a reset looks like. */
export interface Responder {
  start(status: number, headers: Readonly<Record<string, string>>): void;
  write(bytes: Buffer): void;
  end(): void;
  /** Breaks the connection, as a crash does. */
  reset(): void;
  /** Calls `gone` when the peer, or the connection, has gone away; it may call it after the end too. */
  onGone(gone: () => void): void;
}

/** An embedded server: answers a request, at once or by and by, and never throws. */
export type Handler = (request: SimRequest, responder: Responder) => void;

/** Sends a whole answer. */
export function send(
  responder: Responder,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(text);
  responder.start(status, { ...headers, 'content-length': String(bytes.length) });
  if (bytes.length > 0) responder.write(bytes);
  responder.end();
}

export function sendJson(responder: Responder, status: number, value: unknown): void {
  send(responder, status, JSON.stringify(value), { 'content-type': 'application/json' });
}
