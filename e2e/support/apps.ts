import assert from 'node:assert/strict';
import { eventually } from './eventually.ts';
import { kubectl, kubectlJson } from './kubectl.ts';
import { isReady, type PodSeen, podsOf } from './pods.ts';
import { type Given, givenTo } from './sample-app.ts';

/** Where the sample app is, and the pods of it. */
export const APPS = 'sample-app';
const SELECTOR = 'app=sample-app';

/** Reads the app's own secret as the app would, with the token that it was given, and says no more. */
const USES_TOKEN = `
  const { readFileSync } = require('node:fs');
  const folder = '/var/run/secrets/boostport.com/';
  const { clientToken, vaultAddr } = JSON.parse(readFileSync(folder + 'vault-token', 'utf8'));
  const { get } = require(vaultAddr.startsWith('https') ? 'node:https' : 'node:http');
  const ca = vaultAddr.startsWith('https') ? readFileSync(folder + 'ca.crt') : undefined;
  const headers = { 'x-vault-token': clientToken };
  get(vaultAddr + '/v1/secret/data/sample-app', { headers, ca }, (answer) => {
    let body = '';
    answer.on('data', (part) => { body += part; });
    answer.on('end', () => console.log(answer.statusCode, JSON.parse(body).data?.data?.greeting));
  });
`;

/** What a pod's app was given, and in which of the pod's lives. */
export interface Served extends Given {
  readonly uid: string;
  readonly accessor: string;
}

/** Waits until there are so many pods of the sample app, and all are ready. */
export function readyApps(count: number, selector = SELECTOR): Promise<readonly PodSeen[]> {
  return eventually(
    `${count} pods of ${selector} are ready`,
    async () => {
      const pods = await podsOf(APPS, selector);
      return pods.length === count && pods.every(isReady) ? pods : undefined;
    },
    300_000,
  );
}

/** What each of these pods was given: a token of its own, or the test fails. */
export async function servedEach(pods: readonly PodSeen[]): Promise<readonly Served[]> {
  const served = await Promise.all(pods.map(servedOne));
  const accessors = new Set(served.map(({ accessor }) => accessor));
  assert.equal(accessors.size, pods.length, 'two pods have the same token');
  return served;
}

async function servedOne(pod: PodSeen): Promise<Served> {
  const given = await eventually(`the app of ${pod.metadata.name} says what it has`, () =>
    givenTo(pod).catch(() => undefined),
  );
  assert.equal(given.title, 'Found Vault token...');
  return { ...given, uid: pod.metadata.uid, accessor: given.fields.get('Accessor') ?? '' };
}

/** Has the app in each pod read its secret from Vault with its token. */
export async function tokensWork(pods: readonly PodSeen[]): Promise<void> {
  for (const { metadata } of pods) {
    const where = [`--namespace=${metadata.namespace}`, metadata.name, '--container=sample-app'];
    const said = await kubectl('exec', ...where, '--', '/usr/bin/node', '--eval', USES_TOKEN);
    assert.equal(said.trim(), '200 hello', metadata.name);
  }
}

interface EventList {
  readonly items: readonly {
    readonly reason: string;
    readonly message: string;
    readonly count?: number;
    readonly series?: { readonly count: number };
    readonly involvedObject: { readonly uid: string };
  }[];
}

/** How often each pod, by its UID, was told by an Event of this reason. */
export async function eventsOf(reason: string): Promise<ReadonlyMap<string, number>> {
  const { items } = await kubectlJson<EventList>('get', 'events', `--namespace=${APPS}`);
  const counts = new Map<string, number>();
  for (const { reason: own, involvedObject, count, series } of items) {
    if (own !== reason) continue;
    const times = series?.count ?? count ?? 1;
    counts.set(involvedObject.uid, (counts.get(involvedObject.uid) ?? 0) + times);
  }
  return counts;
}

/** The words of the Events of a pod that have this reason. */
export async function messagesOf(uid: string, reason: string): Promise<string[]> {
  const { items } = await kubectlJson<EventList>('get', 'events', `--namespace=${APPS}`);
  const own = items.filter((event) => event.reason === reason && event.involvedObject.uid === uid);
  return own.map(({ message }) => message);
}
