import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKubeError, type KubeErrorKind } from '../../../src/kube/api/kube-error.ts';
import type { WatchEvent } from '../../../src/kube/reflector/messages.ts';
import { watchEvents } from '../../../src/kube/watch-events.ts';
import { aPod } from '../../support/kube/pods.ts';

interface Outcome {
  readonly events: readonly WatchEvent[];
  readonly error: unknown;
}

async function read(...pieces: readonly Buffer[]): Promise<Outcome> {
  async function* body() {
    yield* pieces;
  }
  const events: WatchEvent[] = [];
  try {
    for await (const batch of watchEvents('watch pods', body())) events.push(...batch);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

function line(type: string, object: unknown): Buffer {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}

function kindOf(error: unknown): KubeErrorKind {
  assert.ok(isKubeError(error), String(error));
  return error.kind;
}

const pod = aPod({ name: 'ü€😀', uid: 'u1' }).annotated('web').withInitRunning();
const bookmark = line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '9' } });
const stream = Buffer.concat([
  line('ADDED', pod.atVersion(5).build()),
  line('MODIFIED', pod.atVersion(6).withInitEnded(0).build()),
  bookmark,
  line('DELETED', pod.atVersion(10).build()),
]);

function summary({ events }: Outcome) {
  return events.map((event) => [event.kind, event.version, 'facts' in event && event.facts.name]);
}

const TOLD = [
  ['pod', '5', 'ü€😀'],
  ['pod', '6', 'ü€😀'],
  ['bookmark', '9', false],
  ['gone', '10', 'ü€😀'],
];

test('S1 every event of a watch is told, wherever its bytes are cut', async () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const outcome = await read(stream.subarray(0, cut), stream.subarray(cut));
    assert.equal(outcome.error, undefined);
    assert.deepEqual(summary(outcome), TOLD);
  }
});

test('S2 a watch that ends within an event has told the events before it, and fails', async () => {
  const ends = [...stream.keys()].filter((at) => stream[at] === 0x0a).map((at) => at + 1);
  for (let length = 0; length <= stream.length; length++) {
    const outcome = await read(stream.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length;
    assert.deepEqual(summary(outcome), TOLD.slice(0, whole));
    const isCut = length > 0 && !ends.includes(length);
    if (isCut) assert.equal(kindOf(outcome.error), 'unreachable');
    else assert.equal(outcome.error, undefined);
  }
});

const ERROR_EVENTS: ReadonlyArray<[unknown, KubeErrorKind]> = [
  [{ kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }, 'gone'],
  [{ kind: 'Status', code: 500, message: 'etcdserver: no leader' }, 'server'],
  [{ kind: 'Status', code: 504, message: 'Too large resource version' }, 'server'],
  [{ kind: 'Status', code: 429 }, 'throttled'],
  [{ kind: 'Status', code: 403 }, 'forbidden'],
  [{ kind: 'Status', message: 'no code' }, 'server'],
  [null, 'server'],
];

for (const [status, kind] of ERROR_EVENTS) {
  test(`S2 the ERROR event ${JSON.stringify(status)} ends the watch as ${kind}`, async () => {
    const outcome = await read(Buffer.concat([bookmark, line('ERROR', status), bookmark]));
    assert.equal(outcome.events.length, 1);
    assert.equal(kindOf(outcome.error), kind);
  });
}

const STRANGE: ReadonlyArray<[string, string]> = [
  ['not JSON', '{"type":'],
  ['an array', '[]'],
  ['no type', JSON.stringify({ object: pod.build() })],
  ['an unknown type', JSON.stringify({ type: 'CHANGED', object: pod.build() })],
  ['no object', JSON.stringify({ type: 'ADDED' })],
  ['no version', JSON.stringify({ type: 'BOOKMARK', object: { metadata: {} } })],
  ['a version that is a number', '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":9}}}'],
];

for (const [title, text] of STRANGE) {
  test(`an event that is wrong (${title}) ends the watch, after the events before it`, async () => {
    const outcome = await read(Buffer.concat([bookmark, Buffer.from(`${text}\n`), bookmark]));
    assert.deepEqual(summary(outcome), [['bookmark', '9', false]]);
    assert.equal(kindOf(outcome.error), 'malformed');
  });
}

test('an object that is no pod is passed over, but its version counts', async () => {
  const outcome = await read(line('ADDED', { metadata: { resourceVersion: '8', name: 7 } }));
  assert.deepEqual(outcome, { events: [{ kind: 'other', version: '8' }], error: undefined });
});

test('any bytes end as events or as a KubeError, which repeats nothing of them', async () => {
  const marker = 'hvs.a-secret-in-a-body';
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.jsonValue(), async (bytes, object) => {
      const junk = Buffer.concat([Buffer.from(bytes), Buffer.from(`${marker}\n`)]);
      const outcome = await read(line('ADDED', object), junk);
      assert.ok(isKubeError(outcome.error));
      assert.ok(!outcome.error.message.includes(marker));
    }),
  );
});
