import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { Secret } from '../../../src/base/secret.ts';
import { createKubeClient } from '../../../src/kube/api/kube-client.ts';
import type { PodEvent } from '../../../src/kube/pod-event.ts';
import type { PodFacts } from '../../../src/kube/pod-facts.ts';
import { podScope, type WatchedNamespaces } from '../../../src/kube/pod-scope.ts';
import { createPodsApi } from '../../../src/kube/pods-api.ts';
import {
  DEFAULT_REFLECTOR_SETTINGS,
  type ReflectorReport,
  type ReflectorSettings,
} from '../../../src/kube/reflector/messages.ts';
import { startReflector } from '../../../src/kube/reflector/runner.ts';

export interface WatcherOptions {
  readonly url: string;
  readonly ca?: string;
  readonly token: string;
  readonly watched: WatchedNamespaces;
  readonly podSelector?: string;
  readonly settings?: Partial<ReflectorSettings>;
}

/** The real reflector on the real client, with a consumer that remembers. */
export interface PodWatcher extends Disposable {
  readonly events: readonly PodEvent[];
  readonly reports: readonly ReflectorReport[];
  /** What is known now, by UID. */
  readonly pods: ReadonlyMap<string, PodFacts>;
  /** How many syncs have finished. */
  finished(): number;
}

export function watchPods(options: WatcherOptions): PodWatcher {
  const { url, ca, token, watched, podSelector, settings } = options;
  const access = {
    server: new URL(url),
    tls: ca === undefined ? {} : { ca },
    token: new Secret(token),
    headers: {},
  };
  const credentials = { access: () => Promise.resolve(access), refused: () => {} };
  const client = createKubeClient(credentials, systemClock);
  const consumer = rememberingConsumer();
  const reports: ReflectorReport[] = [];
  const reflector = startReflector({
    api: createPodsApi(client, podScope(watched), podSelector),
    settings: { ...DEFAULT_REFLECTOR_SETTINGS, ...settings },
    clock: systemClock,
    random: systemRandom,
    sink: consumer.take,
    report: (report) => reports.push(report),
  });
  return {
    events: consumer.events,
    reports,
    pods: consumer.pods,
    finished: () => consumer.events.filter(({ kind }) => kind === 'sync-finished').length,
    [Symbol.dispose]() {
      reflector.stop();
      client.close();
    },
  };
}

function rememberingConsumer() {
  const events: PodEvent[] = [];
  const pods = new Map<string, PodFacts>();
  let reported = new Set<string>();
  const take = (event: PodEvent): void => {
    events.push(event);
    if (event.kind === 'sync-started') reported = new Set();
    if (event.kind === 'gone') pods.delete(event.uid);
    if (event.kind === 'pod') {
      pods.set(event.facts.uid, event.facts);
      reported.add(event.facts.uid);
    }
    if (event.kind !== 'sync-finished') return;
    for (const uid of pods.keys()) if (!reported.has(uid)) pods.delete(uid);
  };
  return { events, pods, take };
}
