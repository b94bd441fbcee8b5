import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MalformedJsonError } from '../../../src/kube/api/byte-collector.ts';
import { isKubeError, type KubeErrorKind } from '../../../src/kube/api/kube-error.ts';
import { decodePod } from '../../../src/kube/decode-pod.ts';
import { type Bookmark, type ObjectChange, watchEvents } from '../../../src/kube/watch-events.ts';
import { aPod } from '../../support/kube/pods.ts';

interface Told {
  readonly kind: 'there' | 'gone';
  readonly version: string;
  readonly name: string;
}

/** A pod's name; an object without a UID is not one. */
function podName({ isGone, version, object }: ObjectChange): Told {
  const facts = decodePod(object);
  if (facts === undefined) throw new MalformedJsonError('no pod');
  return { kind: isGone ? 'gone' : 'there', version, name: facts.name };
}

interface Outcome {
  readonly events: readonly (Told | Bookmark)[];
  readonly error: unknown;
}

async function read(...pieces: readonly Buffer[]): Promise<Outcome> {
  async function* body() {
    yield* pieces;
  }
  const events: (Told | Bookmark)[] = [];
  try {
    const told = watchEvents('watch pods', body(), podName);
    for await (const batch of told) events.push(...batch);
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

const unnamed = { metadata: { resourceVersion: '8', name: 7 } };

function summary({ events }: Outcome) {
  return events.map((event) => [event.kind, event.version, 'name' in event && event.name]);
}

const TOLD = [
  ['there', '5', 'ü€😀'],
  ['there', '6', 'ü€😀'],
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

test('an object that cannot be decoded ends the watch, after the events before it', async () => {
  const outcome = await read(Buffer.concat([bookmark, line('ADDED', unnamed), bookmark]));
  assert.deepEqual(summary(outcome), [['bookmark', '9', false]]);
  assert.equal(kindOf(outcome.error), 'malformed');
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
