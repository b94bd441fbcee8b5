import { MalformedJsonError, parseJson } from './api/byte-collector.ts';
import { count, fields, text } from './api/json.ts';
import { LARGEST_OBJECT_BYTES } from './api/kube-client.ts';
import { isKubeError, type KubeError, RetryableKubeError, refusalError } from './api/kube-error.ts';
import { lineSplitter } from './api/line-splitter.ts';
import { decodePod } from './decode-pod.ts';
import type { WatchEvent } from './reflector/messages.ts';

/**
 * The events in the body of the watch that `request` names, one array for each piece that comes.
 * @throws KubeError for an ERROR event, for what is no event, and for a body that ends within one;
 *   the events before that have been yielded
 */
export async function* watchEvents(
  request: string,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<WatchEvent[], void> {
  const lines = lineSplitter(LARGEST_OBJECT_BYTES);
  for await (const chunk of body) {
    const events: WatchEvent[] = [];
    let failure: KubeError | undefined;
    try {
      for (const line of lines.push(chunk)) events.push(decodeEvent(request, parseJson(line)));
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

function decodeEvent(request: string, value: unknown): WatchEvent {
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
  const facts = decodePod(object);
  if (facts === undefined) return { kind: 'other', version };
  return { kind: type === 'DELETED' ? 'gone' : 'pod', version, facts };
}

function streamError(request: string, error: unknown): KubeError {
  if (isKubeError(error)) return error;
  if (!(error instanceof MalformedJsonError)) throw error;
  return new RetryableKubeError('malformed', request, error.message, { cause: error });
}
