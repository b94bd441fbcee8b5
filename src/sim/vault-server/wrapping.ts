import { data, type Fields, type Outcome, unknownToken, VaultRefusal } from './call.ts';
import { textField } from './fields.ts';
import type { RoutedCall, State, Wrapped } from './state.ts';

/** Puts an answer behind a token of its own; gives back the `wrap_info` that is sent instead. */
export function wrap(
  state: State,
  outcome: Outcome,
  creationPath: string,
  ttlSeconds: number,
): Fields {
  const token = state.tokens.create({
    policies: ['response-wrapping'],
    path: creationPath,
    ttlSeconds,
    renewable: false,
    usesLeft: 1,
  });
  const creationTime = nanoseconds(state.clock.wallClock());
  state.wrapped.set(token.id, { outcome, creationPath, creationTime, ttlSeconds });
  return {
    token: token.id,
    accessor: token.accessor,
    ttl: ttlSeconds,
    creation_time: creationTime,
    creation_path: creationPath,
    ...wrappedAccessor(outcome),
  };
}

function wrappedAccessor(outcome: Outcome): Fields {
  if (outcome.kind === 'auth') return { wrapped_accessor: outcome.auth['accessor'] };
  const accessor = outcome.kind === 'data' ? outcome.data['secret_id_accessor'] : undefined;
  return accessor === undefined ? {} : { wrapped_accessor: accessor };
}

/** Tells of a wrapping token, in the body or as the caller's own, without using it up. */
export function lookupWrapping(call: RoutedCall): Outcome {
  const { creationPath, creationTime, ttlSeconds } = wrappedIn(call);
  return data({
    creation_path: creationPath,
    creation_time: creationTime,
    creation_ttl: ttlSeconds,
  });
}

/** Hands out what a wrapping token holds, once. */
export function unwrap(call: RoutedCall): Outcome {
  const { outcome } = wrappedIn(call);
  const inBody = textField(call.body, 'token') ?? '';
  // A token in the body is for somebody who has one of his own to ask with.
  if (inBody !== '' && call.token === undefined) throw unknownToken();
  const id = inBody === '' ? (call.token ?? '') : inBody;
  const token = call.state.tokens.find(id);
  if (token) call.state.tokens.revoke(token);
  call.state.wrapped.delete(id);
  return outcome;
}

function wrappedIn({ state, body, token }: RoutedCall): Wrapped {
  const id = textField(body, 'token') || token;
  if (!id) throw new VaultRefusal(403, 'error validating wrapping token: token is empty');
  const wrapped = state.tokens.find(id) && state.wrapped.get(id);
  if (!wrapped) throw new VaultRefusal(400, 'wrapping token is not valid or does not exist');
  return wrapped;
}

/** RFC 3339 with nanoseconds, as Vault writes it. */
function nanoseconds(wallClockMs: number): string {
  return new Date(wallClockMs).toISOString().replace('Z', '000000Z');
}
