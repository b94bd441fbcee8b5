import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../../src/kube/api/kube-error.ts';
import {
  following,
  RETRY,
  SILENCE_MS,
  unreachable,
} from '../../../support/kube/following-cakes.ts';
import { bookmark, listOf } from '../../../support/kube/scripted-client.ts';

test('trouble is told once for each kind of error, and its end when a watch has proved good', async () => {
  const { client, clock, troubles } = following();
  const fail = async (error: KubeError) => {
    await client.last.fail(error);
    await clock.advanceAsync(RETRY.capMs);
  };
  await fail(unreachable());
  await fail(unreachable());
  await fail(new RetryableKubeError('server', 'x', '500'));
  await client.last.answer(listOf('7'));
  await client.last.accept();
  await clock.advanceAsync(999);
  assert.deepEqual(troubles, ['unreachable', 'server'], 'a list alone proves nothing');
  await clock.advanceAsync(1);
  assert.deepEqual(troubles, ['unreachable', 'server', undefined], 'it has lived');
  await client.last.end();
  await fail(unreachable());
  await client.last.answer(listOf('8'));
  await client.last.say(bookmark('9'));
  const again = ['unreachable', undefined];
  assert.deepEqual(troubles, ['unreachable', 'server', undefined, ...again]);
});

test('S2 a watch that the server never took is no success, however long it was waited for', async () => {
  const { client, clock, troubles } = following();
  for (const wait of [75, 150]) {
    await client.last.answer(listOf('7'));
    await clock.advanceAsync(2_000);
    await client.last.fail(unreachable());
    assert.equal(clock.nextWake(), clock.now() + wait);
    await clock.advanceAsync(wait);
  }
  assert.deepEqual(troubles, ['unreachable']);
});

test('S2 a watch that is never answered is given up, and is trouble', async () => {
  const { client, clock, errors } = following();
  await client.last.answer(listOf('7'));
  await clock.advanceAsync(SILENCE_MS);
  assert.equal(errors[0]?.message, 'watch cakes: it is not answered');
  assert.equal(clock.nextWake(), SILENCE_MS + 75);
});

test('a watch that is refused is trouble however long that took, and pauses follow', async () => {
  const { client, clock, troubles } = following();
  for (const wait of [75, 150]) {
    await client.last.answer(listOf('7'));
    await clock.advanceAsync(2_000);
    await client.last.fail(new RetryableKubeError('server', 'x', '500'));
    assert.equal(clock.nextWake(), clock.now() + wait);
    await clock.advanceAsync(wait);
  }
  assert.deepEqual(troubles, ['server']);
});

test('a refusal, of the list or the watch, names the right that is missing', async () => {
  const refused = new FinalKubeError('forbidden', 'x', '403 forbidden');
  for (const lists of [0, 1]) {
    const { client, errors } = following();
    if (lists === 1) await client.last.answer(listOf('7'));
    await client.last.fail(refused);
    assert.match(errors[0]?.message ?? '', /403 forbidden .*the right to cakes/);
  }
});
