/**
 * What an init container says to a push, by result: the HTTP status that carries it. An init
 * container of the original answers 200 with an empty body as soon as it has read the push.
 */
export const STATUS_OF = {
  exchanged: 200,
  'bad-push': 400,
  'pin-mismatch': 403,
  busy: 409,
  done: 409,
  'token-gone': 410,
  'login-refused': 502,
  'vault-unreachable': 503,
  'write-failed': 507,
} as const;

export type Result = keyof typeof STATUS_OF;

export interface Answer {
  readonly result: Result;
  /** Why, for people; never a secret. */
  readonly reason: string;
  /** Whether the wrapping token was used up by this init container itself. */
  readonly tokenUsed: boolean;
}

/** The most of an answer (head, and body) that a controller reads. */
export const LARGEST_ANSWER_BYTES = 4096;

/** The exchange ends after this, or after what is left of the pushed TTL, with `vault-unreachable`. */
export const EXCHANGE_BUDGET_MS = 20_000;
/** A push without an answer by then has an unknown outcome; longer than the exchange may take. */
export const PUSH_DEADLINE_MS = 25_000;

export function encodeAnswer(answer: Answer): string {
  return JSON.stringify(answer);
}

/** What a receiver's HTTP answer means to the controller. */
export type Reply =
  /** A 2xx that is not ours: an init container of the original took the push; the exchange comes after. */
  | { readonly kind: 'taken' }
  | ({ readonly kind: 'answered' } & Answer)
  /** Not an answer of this protocol. */
  | { readonly kind: 'foreign'; readonly status: number; readonly text: string };

/** Reads a receiver's answer. The peer is not authenticated: this is a hint, never a proof. */
export function parseReply(status: number, body: string): Reply {
  const answer = parseAnswer(body);
  if (answer !== undefined && STATUS_OF[answer.result] === status) {
    return { kind: 'answered', ...answer };
  }
  if (answer === undefined && status >= 200 && status < 300) return { kind: 'taken' };
  return { kind: 'foreign', status, text: body };
}

function parseAnswer(body: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { result, reason, tokenUsed } = value as Record<string, unknown>;
  if (typeof result !== 'string' || !Object.hasOwn(STATUS_OF, result)) return undefined;
  return {
    result: result as Result,
    reason: typeof reason === 'string' ? reason : '',
    tokenUsed: tokenUsed === true,
  };
}
