import { MalformedJsonError, parseJson } from './api/byte-collector.ts';
import { count, fields, text } from './api/json.ts';
import { LARGEST_OBJECT_BYTES } from './api/kube-client.ts';
import { isKubeError, type KubeError, RetryableKubeError, refusalError } from './api/kube-error.ts';
import { lineSplitter } from './api/line-splitter.ts';

/** What a watch tells of one object. */
export interface ObjectChange {
  /** It is no more, or no longer what the watch selects; `object` shows it as it last was. */
  readonly isGone: boolean;
  /** The resource version of the change. */
  readonly version: string;
  readonly object: unknown;
}

/** Everything up to this resource version has been told. */
export interface Bookmark {
  readonly kind: 'bookmark';
  readonly version: string;
}

/**
 * The events in the body of the watch that `request` names, as `decode` makes them of the changes,
 * one array for each piece that comes. `decode` may throw MalformedJsonErrors.
 * @throws KubeError for an ERROR event, for what is no event, and for a body that ends within one;
 *   the events before that have been yielded
 */
export async function* watchEvents<E>(
  request: string,
  body: AsyncIterable<Buffer>,
  decode: (change: ObjectChange) => E,
): AsyncGenerator<(E | Bookmark)[], void> {
  const lines = lineSplitter(LARGEST_OBJECT_BYTES);
  for await (const chunk of body) {
    const events: (E | Bookmark)[] = [];
    let failure: KubeError | undefined;
    try {
      for (const line of lines.push(chunk)) {
        const event = readEvent(request, parseJson(line));
        events.push('kind' in event ? event : decode(event));
      }
    } catch (error) {
      failure = streamError(request, error);
    }
    if (events.length > 0) yield events;
    if (failure !== undefined) throw failure;
  }
  if (lines.pendingBytes() > 0) {
    throw new RetryableKubeError('unreachable', request, 'the stream ended within an event');
  }
}

function readEvent(request: string, value: unknown): ObjectChange | Bookmark {
  const { type, object } = fields(value);
  if (type === 'ERROR') {
    throw refusalError(request, { code: count(fields(object)['code']) ?? 500, status: object });
  }
  const version = text(fields(fields(object)['metadata'])['resourceVersion']);
  if (version === undefined) throw new MalformedJsonError('an event without a resource version');
  if (type === 'BOOKMARK') return { kind: 'bookmark', version };
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') {
    throw new MalformedJsonError('an event of an unknown type');
  }
  return { isGone: type === 'DELETED', version, object };
}

function streamError(request: string, error: unknown): KubeError {
  if (isKubeError(error)) return error;
  if (!(error instanceof MalformedJsonError)) throw error;
  return new RetryableKubeError('malformed', request, error.message, { cause: error });
}
