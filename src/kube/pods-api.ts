import { MalformedJsonError, parseJson } from './api/byte-collector.ts';
import { explained } from './api/explained.ts';
import { elements, fields, text } from './api/json.ts';
import { type KubeClient, LARGEST_OBJECT_BYTES } from './api/kube-client.ts';
import { listScanner } from './api/list-scanner.ts';
import { decodePod } from './decode-pod.ts';
import type { PodFacts } from './pod-facts.ts';
import type { PodScope } from './pod-scope.ts';
import type { ListQuery, PodPage, WatchEvent, WatchQuery } from './reflector/messages.ts';
import type { PodsApi } from './reflector/runner.ts';
import { type ObjectChange, watchEvents } from './watch-events.ts';

const LIST = 'list pods';
const WATCH = 'watch pods';
/** An API server gives up on a request by then itself. */
const LIST_DEADLINE_MS = 60_000;

/**
 * Lists and watches of the pods in `scope`, narrowed by the label selector `podSelector`. Of a
 * pod's JSON nothing but its facts outlives its reading.
 */
export function createPodsApi(
  client: KubeClient,
  scope: PodScope,
  podSelector: string | undefined,
): PodsApi {
  const { path } = scope;
  const selector = podSelector === undefined ? undefined : { labelSelector: podSelector };
  return {
    async list(query, signal) {
      const parameters = { ...selector, ...listParameters(query) };
      const deadlineMs = LIST_DEADLINE_MS;
      const request = { name: LIST, path, query: parameters, deadlineMs, signal };
      try {
        return await readPage(client.stream(request), scope);
      } catch (error) {
        throw explained(error, LIST, scope.rbacRule);
      }
    },
    async *watch(query, signal, onAccepted) {
      const parameters = { ...selector, ...watchParameters(query) };
      const about = { name: WATCH, path, query: parameters };
      const request = { ...about, deadlineMs: undefined, signal, onAccepted };
      try {
        yield* watchEvents(WATCH, client.stream(request), (change) => podEvent(change, scope));
      } catch (error) {
        throw explained(error, WATCH, scope.rbacRule);
      }
    },
  };
}

/** No more than one of `continue` and `resourceVersion` may be given. */
function listParameters({ fieldSelector, limit, exactVersion, continueToken }: ListQuery) {
  return {
    fieldSelector,
    limit: String(limit),
    ...(continueToken !== undefined
      ? { continue: continueToken }
      : exactVersion !== undefined && {
          resourceVersion: exactVersion,
          resourceVersionMatch: 'Exact',
        }),
  };
}

function watchParameters({ version, timeoutSeconds }: WatchQuery) {
  return {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(timeoutSeconds),
  };
}

async function readPage(body: AsyncIterable<Buffer>, scope: PodScope): Promise<PodPage> {
  const scanner = listScanner(LARGEST_OBJECT_BYTES);
  const facts: PodFacts[] = [];
  for await (const chunk of body) {
    for (const element of scanner.push(chunk)) {
      const pod = decodePod(parseJson(element));
      if (pod !== undefined && scope.includes(pod.namespace)) facts.push(pod);
    }
  }
  const { metadata, items } = fields(parseJson(scanner.frame()));
  const version = text(fields(metadata)['resourceVersion']);
  if (version === undefined || elements(items).length > 0) {
    throw new MalformedJsonError('not a list of pods');
  }
  return { facts, version, continueToken: text(fields(metadata)['continue']) };
}

function podEvent({ isGone, version, object }: ObjectChange, scope: PodScope): WatchEvent {
  const facts = decodePod(object);
  if (facts === undefined || !scope.includes(facts.namespace)) return { kind: 'other', version };
  return { kind: isGone ? 'gone' : 'pod', version, facts };
}
