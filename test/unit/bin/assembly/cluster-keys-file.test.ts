import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClusterKeys } from '../../../../src/base/cluster-keys.ts';
import { followClusterKeys } from '../../../../src/bin/assembly/election/cluster-keys-file.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');
const OTHER_KEYS = 'info: the cluster has other keys now';

/** Follows a file that held the old key when the configuration was read, and holds `state.text` now. */
function following(text: string | Error = OLD) {
  const clock = virtualClock();
  const log = recordedLog(clock);
  const state = { text };
  const read = async (path: string) => {
    assert.equal(path, '/the/keys');
    if (state.text instanceof Error) throw state.text;
    return state.text;
  };
  const keyFile = { path: '/the/keys', keys: parseClusterKeys(OLD) };
  const file = followClusterKeys(keyFile, { read, clock, random: () => 0.5 }, log.logger);
  const keys = () => file.keys()?.map((key) => key.export().toString('base64'));
  const hold = async (other: string | Error) => {
    state.text = other;
    await clock.advanceAsync(3_000);
  };
  return { clock, log, file, keys, hold };
}

test('the keys are those of the configuration, before the file has been read again', async () => {
  const { keys, log, clock } = following();
  assert.deepEqual(keys(), [OLD]);
  await clock.advanceAsync(60_000);
  assert.deepEqual([keys(), log.lines], [[OLD], []]);
});

test('keys are rotated by writing them into the file: the new one joins, leads, and is alone', async () => {
  const { keys, hold, log } = following();
  for (const held of [[OLD, NEW], [NEW, OLD], [NEW]]) {
    await hold(held.join('\n'));
    assert.deepEqual(keys(), held);
  }
  assert.deepEqual(log.lines, [OTHER_KEYS, OTHER_KEYS, OTHER_KEYS]);
});

test('keys that were changed since the configuration was read are taken, and told of', async () => {
  const { keys, clock, log } = following(NEW);
  await clock.advanceAsync(0);
  assert.deepEqual([keys(), log.lines], [[NEW], [OTHER_KEYS]]);
});

for (const [what, text, said] of [
  ['damaged', `${NEW}\nnonsense`, 'holds in line 2 something else than 32 bytes of base64'],
  ['empty', '', 'holds no key'],
  ['gone', new Error('ENOENT'), 'ENOENT'],
] as const) {
  test(`a file that is ${what} leaves the keys as they were, and is told of once`, async () => {
    const { keys, hold, log } = following();
    await hold(text);
    await hold(text);
    assert.deepEqual(keys(), [OLD]);
    assert.deepEqual(log.lines, [`error: the keys stay as they were: /the/keys: ${said}`]);
    await hold(OLD);
    assert.equal(log.lines.length, 1, 'the keys are no others than before');
    await hold(NEW);
    assert.deepEqual([keys(), log.lines.slice(1)], [[NEW], [OTHER_KEYS]]);
  });
}

test('no line of the log has anything of a key', async () => {
  const { hold, log } = following();
  await hold(`${NEW}\n${OLD.slice(1)}`);
  await hold(NEW);
  assert.equal(log.written.length, 2);
  for (const line of log.written) {
    assert.ok(!line.includes(OLD.slice(1, 20)) && !line.includes(NEW.slice(1, 20)), line);
  }
});

test('a file that is followed no more is read no more', async () => {
  const { keys, hold, file, clock } = following();
  file[Symbol.dispose]();
  await hold(NEW);
  assert.deepEqual([keys(), clock.nextWake()], [[OLD], undefined]);
});

test('where no file is configured, there are no keys and nothing is read', () => {
  const clock = virtualClock();
  const read = () => assert.fail('it was read');
  const file = followClusterKeys(
    undefined,
    { read, clock, random: () => 0.5 },
    recordedLog().logger,
  );
  assert.equal(file.keys(), undefined);
  file[Symbol.dispose]();
});
