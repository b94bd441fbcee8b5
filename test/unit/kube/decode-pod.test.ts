import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePod } from '../../../src/kube/decode-pod.ts';
import { ANNOTATION, type PodFacts, sameStart } from '../../../src/kube/pod-facts.ts';
import { aPod, type PodBuilder } from '../../support/kube/pods.ts';

function factsOf(pod: PodBuilder): PodFacts {
  const facts = decodePod(pod.build());
  assert.ok(facts);
  return facts;
}

test('the facts of a pod whose init container runs are all there', () => {
  const pod = aPod({ name: 'web-1', namespace: 'shop', uid: 'u1' })
    .annotated('web', 'init')
    .withInitPort(50_001)
    .withServiceAccount('shopkeeper')
    .withIp('10.0.0.1', 'fd00::1')
    .withInitRunning('2026-01-01T00:00:02Z');
  const facts = factsOf(pod);
  assert.equal(facts.container.kind, 'running');
  const containerId = facts.container.kind === 'running' && facts.container.start.containerId;
  assert.match(String(containerId), /^containerd:/);
  assert.deepEqual(facts, {
    uid: 'u1',
    namespace: 'shop',
    name: 'web-1',
    serviceAccount: 'shopkeeper',
    approle: 'web',
    initContainer: 'init',
    initPort: '50001',
    phase: 'Pending',
    ips: ['10.0.0.1', 'fd00::1'],
    deleting: false,
    hostNetwork: false,
    mirror: false,
    container: {
      kind: 'running',
      start: { containerId, restartCount: 0, startedAt: '2026-01-01T00:00:02Z' },
      startedAt: Date.parse('2026-01-01T00:00:02Z'),
      sidecarStarted: false,
      declaredPorts: [50_001],
      previous: undefined,
    },
  });
});

const WITHOUT_PUSH: ReadonlyArray<[string, PodBuilder, Partial<PodFacts>]> = [
  ['S5 no IP yet', aPod().annotated('web').withoutIp(), { ips: [] }],
  ['S5 a pod that is being deleted', aPod().annotated('web').deleting(), { deleting: true }],
  ['S5 no annotation', aPod(), { approle: undefined, container: { kind: 'absent' } }],
  [
    'S5 an init container that does not run yet',
    aPod().annotated('web'),
    { container: { kind: 'waiting', declaredPorts: [] } },
  ],
  [
    'S5 a named init container that the pod does not have',
    aPod().annotated('web').withoutInitContainer(),
    { initContainer: 'vault-init', container: { kind: 'absent' } },
  ],
  ['a mirror pod', aPod().mirror(), { mirror: true }],
  ['a pod in its host’s network', aPod().hostNetwork(), { hostNetwork: true }],
];

for (const [title, pod, expected] of WITHOUT_PUSH) {
  test(`${title} is seen`, () => {
    const facts = factsOf(pod);
    const seen = Object.fromEntries(
      Object.keys(expected).map((key) => [key, facts[key as keyof PodFacts]]),
    );
    assert.deepEqual(seen, expected);
  });
}

test('S4 a pod that was deleted and created again has another UID', () => {
  const pod = aPod({ name: 'web-1' });
  assert.notEqual(factsOf(pod).uid, factsOf(pod.recreated()).uid);
});

test('S8 a second start of the init container differs from the first, whatever the phase', () => {
  const first = aPod().annotated('web').running().withInitRunning();
  const second = factsOf(first.withInitEnded(0).withNewSandbox());
  const before = factsOf(first);
  assert.ok(before.container.kind === 'running' && second.container.kind === 'running');
  assert.equal(second.phase, 'Running');
  assert.equal(sameStart(before.container.start, second.container.start), false);
  assert.deepEqual(second.container.previous, {
    containerId: before.container.start.containerId,
    exitCode: 0,
  });
});

test('S8 a native sidecar wants a push until its startup probe has succeeded', () => {
  const sidecar = aPod().annotated('web').nativeSidecar().withInitRunning();
  const [waits, has] = [factsOf(sidecar), factsOf(sidecar.sidecarStarted())];
  assert.ok(waits.container.kind === 'running' && has.container.kind === 'running');
  assert.equal(waits.container.sidecarStarted, false);
  assert.equal(has.container.sidecarStarted, true);
});

test('an init container that is no sidecar is never called started', () => {
  const { container } = factsOf(aPod().annotated('web').withInitRunning());
  assert.ok(container.kind === 'running');
  assert.equal(container.sidecarStarted, false);
});

test('how an init container ended is known, with the start that ended', () => {
  const running = aPod().annotated('web').withInitRunning();
  const before = factsOf(running).container;
  const { container } = factsOf(running.withInitEnded(3));
  assert.ok(before.kind === 'running' && container.kind === 'ended');
  assert.equal(container.exitCode, 3);
  assert.equal(container.start.containerId, before.start.containerId);
});

test('only TCP ports of the named init container are declared ports', () => {
  const pod = aPod().annotated('web', 'init').build();
  pod.spec['initContainers'] = [
    { name: 'other', ports: [{ containerPort: 1 }] },
    {
      name: 'init',
      ports: [
        { containerPort: 2 },
        { containerPort: 3, protocol: 'UDP' },
        { containerPort: '4' },
        { containerPort: 5, protocol: 'TCP' },
      ],
    },
  ];
  assert.deepEqual(decodePod(pod)?.container, { kind: 'waiting', declaredPorts: [2, 5] });
});

test('an annotation longer than any valid one is cut', () => {
  const facts = factsOf(aPod().withAnnotation(ANNOTATION.approle, 'x'.repeat(200_000)));
  assert.equal(facts.approle, 'x'.repeat(1024));
});

test('what has no UID, name or namespace is no pod', () => {
  for (const field of ['uid', 'name', 'namespace']) {
    const pod = aPod().build();
    for (const wrong of [undefined, null, '', 7, {}]) {
      assert.equal(decodePod({ ...pod, metadata: { ...pod.metadata, [field]: wrong } }), undefined);
    }
  }
});

test('any JSON at all is decoded or refused without an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      assert.equal(decodePod(value), undefined);
    }),
  );
});

test('a pod with anything in the place of any of its fields is still that pod', () => {
  const whole = aPod({ uid: 'u1' })
    .annotated('web')
    .withInitPort(50_001)
    .withIp('10.0.0.1')
    .withInitRestarted()
    .build();
  const places = paths(whole).filter((path) => !isIdentity(path));
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 3 }), (path, junk) => {
      const facts = decodePod(withAt(whole, path, junk));
      assert.equal(facts?.uid, 'u1');
      assertOfRightTypes(facts);
    }),
    { numRuns: 2_000 },
  );
});

type Path = readonly (string | number)[];

function isIdentity(path: Path): boolean {
  const key = path.join('.');
  return ['metadata', 'metadata.uid', 'metadata.name', 'metadata.namespace'].includes(key);
}

function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return at.length > 0 ? [at] : [];
  const below = Object.entries(value).flatMap(([key, field]) => paths(field, [...at, key]));
  return at.length > 0 ? [at, ...below] : below;
}

function withAt(value: unknown, [key, ...rest]: Path, junk: unknown): unknown {
  if (key === undefined) return junk;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = withAt(copy[key], rest, junk);
  return copy;
}

function assertOfRightTypes(facts: PodFacts): void {
  const texts = [facts.serviceAccount, facts.phase, ...facts.ips];
  assert.ok(texts.every((text) => typeof text === 'string' && text !== ''));
  for (const annotation of [facts.approle, facts.initContainer, facts.initPort]) {
    assert.ok(annotation === undefined || typeof annotation === 'string');
  }
  const { container } = facts;
  if (container.kind === 'absent') return;
  assert.ok(container.declaredPorts.every(Number.isSafeInteger));
  if (container.kind === 'waiting') return;
  assert.ok(Number.isSafeInteger(container.start.restartCount));
  assert.equal(typeof container.start.startedAt, 'string');
}
