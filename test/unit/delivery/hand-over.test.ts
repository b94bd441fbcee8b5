import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../src/delivery/steps/world.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import { driveDelivery } from '../../support/delivery/delivery-driver.ts';

const WEB = aCustomer().named('web-1').inNamespace('shop').asking('web');
const LOST = WEB.named('lost-1').at('10.0.0.9').withoutContainer();
const STARTING = WEB.named('new-1').at();
const DB = aCustomer().named('db-1').inNamespace('shop').asking('db').at('10.0.0.2');

test('S42 a controller that does not act mints and pushes nothing, and is ready at once when it does', () => {
  const drive = driveDelivery().sees(WEB).advance(3_600_000);
  assert.deepEqual(drive.actions, []);
  drive.acts();
  assert.deepEqual(drive.underwayFor(WEB), ['mint']);
});

test('S42 it forgets the pods that another controller serves, and reports nothing of them', () => {
  const drive = driveDelivery().sees(WEB, WEB.ended(0));
  assert.equal(drive.core.counts().pods, 0);
  assert.deepEqual(drive.reports('delivered'), []);
});

test('S42 with 1,000 pods waiting the first mints go out in the very step in which it begins to act', () => {
  const standby = driveDelivery();
  for (let n = 0; n < 1_000; n += 1) {
    const pod = aCustomer()
      .named(`p-${n}`)
      .inNamespace(`ns-${n % 20}`);
    standby.sees(pod.asking(`role-${n % 40}`).at(`10.7.${n >> 8}.${n & 255}`));
  }
  assert.deepEqual(standby.actions, []);
  standby.acts();
  const mints = standby.open('mint');
  assert.equal(mints.length, DEFAULT_LIMITS.minting);
  assert.equal(standby.actions.length, mints.length, 'and nothing else is asked for');
  const [first] = mints;
  assert.ok(first !== undefined);
  standby.endMint(first.attempt, standby.tokenFor(first));
  assert.equal(standby.asked('push').length, 1);
});

test('S42 a standby says nothing of pods that cannot be served, or that fail', () => {
  const standby = driveDelivery().sees(LOST, WEB, WEB.ended(1), LOST.asking('../bad'));
  assert.deepEqual(standby.actions, []);
});

test('S42 who begins to act tells once why pods cannot be served, the first mints before', () => {
  const standby = driveDelivery().sees(LOST, STARTING, WEB).acts();
  assert.deepEqual(
    standby.reports('hindered').map(({ pod, by }) => [pod.name, by]),
    [['lost-1', 'init-container-absent']],
  );
  assert.equal(standby.actions[0]?.kind, 'mint');
  standby.sees(LOST).acts();
  assert.equal(standby.reports('hindered').length, 1);
  standby.rests().sees(LOST).acts();
  assert.equal(standby.reports('hindered').length, 2, 'and again in a new term');
});

test('S42 in a new term each waiting pod is tried at once, and told anew what it waits for', () => {
  const drive = driveDelivery().acts().sees(WEB);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (attempt > 0) drive.advance(60_000);
    drive.mints(WEB);
    drive.answers(WEB, 'login-refused');
  }
  assert.deepEqual([drive.underwayFor(WEB), drive.reports('waiting').length], [[], 1]);
  drive.lapses().acts().mints(WEB);
  drive.answers(WEB, 'login-refused');
  assert.equal(drive.reports('waiting').length, 2);
});

test('S42 in a new term it is told anew that nothing more can be done for a start', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.answers(WEB, 'write-failed').lapses().acts();
  assert.equal(drive.reports('waiting').length, 2);
  assert.deepEqual(drive.underwayFor(WEB), []);
});

test('S42 in a new term a pod behind a role that Vault refuses is told so', () => {
  const second = WEB.named('web-2').at('10.0.0.3');
  const drive = driveDelivery().acts().sees(WEB).mintFails(WEB, 'missing').lapses();
  drive.sees(second).forget().acts();
  const told = drive.reports('waiting').map(({ pod, reason }) => [pod.name, reason.kind]);
  assert.deepEqual(told, [
    ['web-1', 'role-missing'],
    ['web-2', 'role-missing'],
  ]);
});

test('S40 when a term is over unforeseen, what was not sent stays, and is destroyed', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.lapses();
  assert.deepEqual([drive.underwayFor(WEB), drive.destroyed()], [[], ['accessor-1']]);
  assert.deepEqual(drive.reports('waiting'), []);
  drive.acts();
  drive.exchanges(WEB);
});

test('S40 when a term is over unforeseen, what was sent is waited for', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.connects(WEB).lapses().answers(WEB, 'exchanged', { tokenUsed: true }).sees(WEB.ended(0));
  assert.deepEqual([drive.reports('delivered').length, drive.destroyed()], [1, []]);
});

test('S23 S42 what was pushed before the term was over, and is not proved, is an alarm still', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.exchanges(WEB);
  drive.lapses().sees(WEB.ended(1));
  assert.equal(drive.reports('not-finished').length, 1);
  assert.equal(drive.reports('interception').length, 1);
});

test('S41 at a hand-over a push that is being connected for is finished', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.rests().answers(WEB, 'exchanged', { tokenUsed: true }).sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
});

test('S41 a hand-over that takes too long ends as a term that is over unforeseen', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.rests().lapses();
  assert.deepEqual([drive.underwayFor(WEB), drive.destroyed()], [[], ['accessor-1']]);
});

for (const end of ['rests', 'lapses'] as const) {
  test(`S41 a probe, which nobody needs any more, is broken off when it ${end}`, () => {
    const drive = driveDelivery({ ttlMs: 1_000 }).acts().sees(WEB);
    drive.mints(WEB);
    drive.refuses(WEB);
    while (drive.open('probe').length === 0) {
      drive.advance(100);
      if (drive.open('push').length > 0) drive.refuses(WEB);
    }
    drive[end]();
    assert.deepEqual(drive.underwayFor(WEB), []);
    drive.acts();
    assert.deepEqual(drive.underwayFor(WEB), ['probe']);
  });
}

test('S41 at rest the pushes in flight are finished, and nothing new begins', () => {
  const drive = driveDelivery().acts().sees(WEB, DB);
  drive.mints(WEB);
  drive.connects(WEB).rests();
  assert.ok(drive.core.isBusy());
  drive.mints(DB);
  assert.deepEqual(drive.destroyed(), ['accessor-2']);
  drive.answers(WEB, 'exchanged', { tokenUsed: true }).sees(WEB.ended(0));
  assert.equal(drive.reports('delivered').length, 1);
  assert.equal(drive.asked('push').length, 1);
});

test('S41 tokens that were not sent are destroyed, and their pods served when it acts again', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.refuses(WEB).rests();
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
  drive.advance(60_000);
  assert.deepEqual([...drive.underway.values()], []);
  drive.acts();
  drive.exchanges(WEB);
});

test('S41 a push that finds nobody while at rest is not repeated', () => {
  const drive = driveDelivery().acts().sees(WEB);
  drive.mints(WEB);
  drive.rests().refuses(WEB).advance(60_000);
  assert.deepEqual(drive.destroyed(), ['accessor-1']);
  assert.equal(drive.asked('push').length, 1);
});

test('S41 an init container that the predecessor served answers done, and is believed by its status', () => {
  const successor = driveDelivery().acts().lists(WEB);
  successor.mints(WEB);
  successor.answers(WEB, 'done').sees(WEB.ended(0));
  assert.equal(successor.reports('delivered').length, 1);
  assert.deepEqual(successor.destroyed(), ['accessor-1']);
});

test('S41 what fails for Vault’s sake while at rest is taken up again when it acts', () => {
  const drive = driveDelivery().acts().sees(WEB).rests().mintFails(WEB, 'unavailable');
  drive.advance(60_000);
  assert.deepEqual(drive.asked('mint').length, 1);
  drive.acts();
  drive.exchanges(WEB);
});
