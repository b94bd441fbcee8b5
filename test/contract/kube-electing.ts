import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conflictOn,
  expectStatus,
  type KubeFixture,
  LEASES,
  lease,
  MERGE,
  names,
  SLICES,
  slice,
  told,
} from './kube-fixture.ts';

const WHAT = (name: string) => `leases.coordination.k8s.io "${name}"`;

/** What an election relies on: how a Lease is compared and swapped by patches, and followed. */
export function electing(on: KubeFixture): void {
  const make = async (name: string, metadata: object = {}) => {
    const made = await on.ask('POST', LEASES, lease(name, metadata, 'one'));
    assert.equal(made.status, 201, made.text);
    return made.json.metadata;
  };
  const patch = (name: string, metadata: object, spec: object = { holderIdentity: 'two' }) =>
    on.ask('PATCH', `${LEASES}/${name}`, { metadata, spec }, MERGE);
  const holderOf = async (name: string) =>
    (await on.ask('GET', `${LEASES}/${name}`)).json.spec.holderIdentity;

  test('S40 a patch with the UID and the version of a Lease takes it; one with an older version is a conflict', async () => {
    const { uid, resourceVersion } = await make('swapped');
    const won = await patch('swapped', { uid, resourceVersion });
    assert.deepEqual([won.status, won.json.spec.holderIdentity], [200, 'two'], won.text);
    assert.ok(BigInt(won.json.metadata.resourceVersion) > BigInt(resourceVersion));
    const late = await patch('swapped', { uid, resourceVersion }, { holderIdentity: 'three' });
    expectStatus(late, 409, 'Conflict', conflictOn(WHAT('swapped')));
    assert.equal(await holderOf('swapped'), 'two');
  });

  test('S40 of many patches at once on one version, one succeeds', async () => {
    const { uid, resourceVersion } = await make('raced');
    const all = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((holderIdentity) =>
        patch('raced', { uid, resourceVersion }, { holderIdentity }),
      ),
    );
    const statuses = all.map(({ status }) => status).toSorted((a, b) => a - b);
    assert.deepEqual(statuses, [200, 409, 409, 409, 409]);
    const won = all.find(({ status }) => status === 200);
    assert.equal(await holderOf('raced'), won?.json.spec.holderIdentity);
  });

  test('S40 a patch for a Lease that was made anew meanwhile is a conflict; not even its version helps without its UID', async () => {
    const old = await make('remade');
    assert.equal((await on.ask('DELETE', `${LEASES}/remade`)).status, 200);
    const { resourceVersion } = await make('remade');
    const late = await patch('remade', { uid: old.uid, resourceVersion: old.resourceVersion });
    expectStatus(late, 409, 'Conflict', conflictOn(WHAT('remade')));
    for (const metadata of [{ uid: old.uid, resourceVersion }, { uid: old.uid }]) {
      expectStatus(await patch('remade', metadata), 422, 'Invalid');
    }
    assert.equal(await holderOf('remade'), 'one');
  });

  test('S40 a patch does not revive a Lease that is deleted', async () => {
    const { uid, resourceVersion } = await make('deleted');
    await on.ask('DELETE', `${LEASES}/deleted`);
    for (const metadata of [{ uid, resourceVersion }, { resourceVersion }, {}]) {
      expectStatus(await patch('deleted', metadata), 404, 'NotFound');
    }
    expectStatus(await on.ask('GET', `${LEASES}/deleted`), 404, 'NotFound');
  });

  test('S40 of two who create a Lease the second is told that it exists', async () => {
    await make('once');
    const again = await on.ask('POST', LEASES, lease('once', {}, 'two'));
    expectStatus(again, 409, 'AlreadyExists', `${WHAT('once')} already exists`);
    assert.equal(await holderOf('once'), 'one');
  });

  test('a patch leaves what others wrote, and takes away what it names as null', async () => {
    const theirs = { labels: { team: 'x' }, annotations: { note: 'y', mark: 'true' } };
    const { uid, resourceVersion } = await make('shared', theirs);
    const ours = { uid, resourceVersion, annotations: { peer: 'z', mark: null, never: null } };
    const { json } = await patch('shared', ours);
    assert.deepEqual(json.metadata.labels, { team: 'x' });
    assert.deepEqual(json.metadata.annotations, { note: 'y', peer: 'z' });
    assert.deepEqual(json.spec, { holderIdentity: 'two', leaseDurationSeconds: 15 });
  });

  test('a Lease is released with an empty holder, which stays there', async () => {
    const { uid, resourceVersion } = await make('released');
    const { status } = await patch('released', { uid, resourceVersion }, { holderIdentity: '' });
    assert.equal(status, 200);
    assert.equal(await holderOf('released'), '');
  });

  test('times of a Lease have six digits of a second, its duration is positive, its transitions are not negative', async () => {
    const { uid } = await make('timed');
    const good = '2026-01-01T00:00:00.120000Z';
    const { json } = await patch('timed', { uid }, { renewTime: good, acquireTime: good });
    assert.deepEqual([json.spec.renewTime, json.spec.acquireTime], [good, good]);
    const unreadable = [{ renewTime: '2026-01-01T00:00:00.120Z' }, { acquireTime: 'now' }];
    const wrong = [{ leaseDurationSeconds: 0 }, { leaseTransitions: -1 }];
    for (const spec of [...unreadable, ...wrong]) {
      expectStatus(await patch('timed', { uid }, spec), 422, 'Invalid');
    }
    const postOf = (spec: object) =>
      on.ask('POST', LEASES, { ...lease('never'), spec: { ...lease('never').spec, ...spec } });
    for (const spec of unreadable) expectStatus(await postOf(spec), 400, 'BadRequest');
    for (const spec of wrong) expectStatus(await postOf(spec), 422, 'Invalid');
  });

  test('S42 one Lease alone is listed and watched, from before it is there to after it is gone', async () => {
    const query = { fieldSelector: 'metadata.name=followed' };
    const list = async () =>
      (await on.ask('GET', `${LEASES}?${new URLSearchParams(query).toString()}`)).json;
    const empty = await list();
    assert.deepEqual(names(empty), []);
    assert.match(empty.metadata.resourceVersion, /^\d+$/);
    const { resourceVersion } = empty.metadata;
    const stream = await on.watch(LEASES, { ...query, resourceVersion });
    await make('beside');
    const made = await make('followed');
    assert.deepEqual(names(await list()), ['followed']);
    assert.equal(await told(stream), 'ADDED followed');
    const { uid } = made;
    await patch('followed', { uid, resourceVersion: made.resourceVersion });
    const { type, object } = await stream.next();
    assert.deepEqual([type, object.spec.holderIdentity], ['MODIFIED', 'two']);
    await on.ask('DELETE', `${LEASES}/followed`);
    const gone = await stream.next();
    assert.deepEqual([gone.type, gone.object.metadata.uid], ['DELETED', uid]);
    const versions = [made, object.metadata, gone.object.metadata, (await list()).metadata].map(
      (metadata) => Number(metadata.resourceVersion),
    );
    assert.deepEqual(
      versions.toSorted((a, b) => a - b),
      versions,
    );
    stream.close();
  });

  test('the slices of one Service are listed and watched by its label, with endpoints that are not ready', async () => {
    const query = { labelSelector: 'kubernetes.io/service-name=mine' };
    const selected = `${SLICES}?${new URLSearchParams(query).toString()}`;
    const { resourceVersion } = (await on.ask('GET', selected)).json.metadata;
    const stream = await on.watch(SLICES, { ...query, resourceVersion });
    await on.ask('POST', SLICES, slice('theirs-1', 'theirs', { ready: true }));
    const made = await on.ask('POST', SLICES, slice('mine-1', 'mine', { ready: false }));
    assert.equal(made.status, 201, made.text);
    const { type, object } = await stream.next();
    assert.deepEqual([type, object.metadata.name], ['ADDED', 'mine-1']);
    const [endpoint] = object.endpoints;
    assert.deepEqual([endpoint.conditions.ready, endpoint.targetRef.name], [false, 'p']);
    assert.deepEqual(names((await on.ask('GET', selected)).json), ['mine-1']);
    await on.ask('DELETE', `${SLICES}/mine-1`);
    assert.equal(await told(stream), 'DELETED mine-1');
    stream.close();
  });
}
