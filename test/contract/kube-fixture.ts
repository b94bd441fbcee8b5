import assert from 'node:assert/strict';
import {
  type Answer,
  call,
  type Endpoint,
  type Headers,
  type Stream,
  watch,
} from '../support/servers/http-client.ts';

/** A Kubernetes API that the suite may do with what it likes. */
export interface KubeUnderTest extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Makes what began before this moment impossible to go on with: older watches, lists in pages. */
  expireHistory(): Promise<void>;
}

export const MERGE = { 'content-type': 'application/merge-patch+json' };
export const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };
export const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
export const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';

/** What the tests of a Kubernetes API have in common; the server itself comes with `before`. */
export class KubeFixture {
  #kube: KubeUnderTest | undefined;
  #spaces = 0;

  async start(start: () => Promise<KubeUnderTest>): Promise<void> {
    this.#kube = await start();
  }

  async stop(): Promise<void> {
    await this.#kube?.[Symbol.asyncDispose]();
  }

  get kube(): KubeUnderTest {
    assert.ok(this.#kube, 'the server has not been started');
    return this.#kube;
  }

  ask(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return call(this.kube.endpoint, method, path, body, headers);
  }

  /** The path of the pods in a namespace of the test's own, so that no test sees another's. */
  async freshPods(): Promise<string> {
    this.#spaces += 1;
    const space = `space-${this.#spaces}`;
    const made = await this.ask('POST', '/api/v1/namespaces', { metadata: { name: space } });
    assert.equal(made.status, 201, made.text);
    return `/api/v1/namespaces/${space}/pods`;
  }

  async create(pods: string, name: string, more: PodMore = {}) {
    const made = await this.ask('POST', pods, pod(name, more));
    assert.equal(made.status, 201, made.text);
    return made.json;
  }

  setPhase(pods: string, name: string, phase: string): Promise<Answer> {
    return this.ask('PATCH', `${pods}/${name}/status`, { status: { phase } }, STRATEGIC);
  }

  async versionOf(collection: string): Promise<string> {
    return (await this.ask('GET', collection)).json.metadata.resourceVersion;
  }

  watch(collection: string, query: Readonly<Record<string, string>>): Promise<Stream> {
    const parameters = new URLSearchParams({ watch: 'true', ...query });
    return watch(this.kube.endpoint, `${collection}?${parameters.toString()}`);
  }
}

export interface Item {
  readonly metadata: { readonly namespace: string; readonly name: string };
}

export function names(list: { items: readonly Item[] }): string[] {
  return list.items.map(({ metadata }) => metadata.name);
}

export function spaceOf(pods: string): string {
  return pods.split('/')[4] ?? '';
}

/** Where it is to run, and any metadata. */
export interface PodMore {
  readonly nodeName?: string;
  readonly [field: string]: unknown;
}

export function pod(name: string | undefined, { nodeName, ...metadata }: PodMore = {}) {
  const containers = [{ name: 'app', image: 'app' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(name === undefined ? {} : { name }), ...metadata },
    spec: { containers, ...(nodeName === undefined ? {} : { nodeName }) },
  };
}

export function initStatus(state: object) {
  return { name: 'init', state, image: 'i', imageID: '', ready: false, restartCount: 0 };
}

export function conditionsOf(status: { conditions: { type: string; status: string }[] }) {
  return Object.fromEntries(status.conditions.map(({ type, status }) => [type, status]));
}

export function lease(name: string, metadata: object = {}, holderIdentity = 'nobody') {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, ...metadata },
    spec: { holderIdentity, leaseDurationSeconds: 15 },
  };
}

/** An EndpointSlice of a Service with one pod, `p`. */
export function slice(name: string, service: string, conditions: object) {
  const targetRef = { kind: 'Pod', name: 'p', namespace: 'default' };
  return {
    metadata: { name, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.7'], conditions, targetRef }],
    ports: [{ name: 'peer', port: 1, protocol: 'TCP' }],
  };
}

export async function told(stream: Stream): Promise<string> {
  const { type, object } = await stream.next();
  return `${type} ${object.metadata.name}`;
}

export function conflictOn(what: string): string {
  return `Operation cannot be fulfilled on ${what}: the object has been modified; please apply your changes to the latest version and try again`;
}

export function expectStatus(answer: Answer, code: number, reason: string, message?: string): void {
  assert.equal(answer.status, code, answer.text);
  const { json } = answer;
  const seen = [json.kind, json.apiVersion, json.status, json.reason, json.code];
  assert.deepEqual(seen, ['Status', 'v1', 'Failure', reason, code]);
  assert.equal(typeof json.message, 'string');
  if (message !== undefined) assert.equal(json.message, message);
}
