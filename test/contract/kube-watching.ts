import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KubeFixture, LEASES, lease, spaceOf, told } from './kube-fixture.ts';

/** Watches: where they begin, what they tell, how they end. */
export function watching(on: KubeFixture): void {
  test('a watch from a version tells everything after it, in order, and nothing before', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'before');
    const resourceVersion = await on.versionOf(pods);
    await on.create(pods, 'a');
    const stream = await on.watch(pods, { resourceVersion });
    assert.deepEqual(await told(stream), 'ADDED a');
    await on.setPhase(pods, 'a', 'Running');
    assert.deepEqual(await told(stream), 'MODIFIED a');
    await on.ask('DELETE', `${pods}/a`);
    // Marked first, then removed, even without a grace period.
    assert.deepEqual(await told(stream), 'MODIFIED a');
    assert.deepEqual(await told(stream), 'DELETED a');
    stream.close();
  });

  test('the versions of a watch rise, the one of a deletion too', async () => {
    const pods = await on.freshPods();
    const stream = await on.watch(pods, { resourceVersion: await on.versionOf(pods) });
    await on.create(pods, 'a');
    await on.ask('DELETE', `${pods}/a`);
    const versions = [];
    for (const _ of ['ADDED', 'MODIFIED', 'DELETED']) {
      versions.push(Number((await stream.next()).object.metadata.resourceVersion));
    }
    assert.deepEqual(
      versions.toSorted((a, b) => a - b),
      versions,
    );
    assert.equal(new Set(versions).size, 3);
    stream.close();
  });

  test('a pod that comes to match a watch’s selector is ADDED, one that ceases to is DELETED as it last matched', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'a');
    const stream = await on.watch(pods, {
      resourceVersion: await on.versionOf(pods),
      fieldSelector: 'status.phase=Running',
    });
    await on.create(pods, 'never');
    await on.setPhase(pods, 'a', 'Running');
    const joined = await stream.next();
    assert.deepEqual([joined.type, joined.object.status.phase], ['ADDED', 'Running']);
    const last = (await on.setPhase(pods, 'a', 'Succeeded')).json;
    const left = await stream.next();
    assert.deepEqual([left.type, left.object.status.phase], ['DELETED', 'Running']);
    assert.equal(left.object.metadata.resourceVersion, last.metadata.resourceVersion);
    stream.close();
  });

  test('without a version a watch begins with what there is, and a bookmark that ends it', async () => {
    const pods = await on.freshPods();
    for (const name of ['a', 'b']) await on.create(pods, name);
    const stream = await on.watch(pods, { allowWatchBookmarks: 'true' });
    assert.deepEqual([await told(stream), await told(stream)], ['ADDED a', 'ADDED b']);
    const { type, object } = await stream.next();
    assert.deepEqual([type, object.kind], ['BOOKMARK', 'Pod']);
    assert.equal(object.metadata.annotations['k8s.io/initial-events-end'], 'true');
    stream.close();
  });

  test('at timeoutSeconds a watch ends in good order, after a bookmark to resume from', async () => {
    const pods = await on.freshPods();
    const resourceVersion = await on.versionOf(pods);
    const query = { allowWatchBookmarks: 'true', timeoutSeconds: '3', resourceVersion };
    const stream = await on.watch(pods, query);
    await on.create(pods, 'a');
    const events = await stream.rest();
    const [first, ...later] = events.map(({ type }) => type);
    assert.equal(first, 'ADDED');
    assert.deepEqual([...new Set(later)], ['BOOKMARK']);
    const resumed = await on.watch(pods, {
      timeoutSeconds: '1',
      resourceVersion: events.at(-1).object.metadata.resourceVersion,
    });
    assert.deepEqual(await resumed.rest(), []);
  });

  test('without allowWatchBookmarks there are none', async () => {
    const pods = await on.freshPods();
    const resourceVersion = await on.versionOf(pods);
    const stream = await on.watch(pods, { timeoutSeconds: '3', resourceVersion });
    assert.deepEqual(await stream.rest(), []);
  });

  test('one that watches all namespaces sees the pods of each', async () => {
    const [one, two] = [await on.freshPods(), await on.freshPods()];
    const stream = await on.watch('/api/v1/pods', { resourceVersion: await on.versionOf(one) });
    await on.create(one, 'a');
    await on.create(two, 'a');
    const spaces = [await stream.next(), await stream.next()].map(
      ({ object }) => object.metadata.namespace,
    );
    assert.deepEqual(spaces, [spaceOf(one), spaceOf(two)]);
    stream.close();
  });

  test('leases are watched too', async () => {
    const { metadata } = (await on.ask('GET', LEASES)).json;
    const { resourceVersion } = metadata;
    const stream = await on.watch(LEASES, {
      resourceVersion,
      fieldSelector: 'metadata.name=seen',
    });
    await on.ask('POST', LEASES, lease('unseen'));
    await on.ask('POST', LEASES, lease('seen'));
    assert.equal(await told(stream), 'ADDED seen');
    stream.close();
  });

  test('a watch from a version that is too old is answered with 200 and an ERROR event of 410', async () => {
    const pods = await on.freshPods();
    const resourceVersion = await on.versionOf(pods);
    await on.create(pods, 'a');
    await on.kube.expireHistory();
    const stream = await on.watch(pods, { resourceVersion });
    assert.equal(stream.status, 200);
    const { type, object } = await stream.next();
    assert.equal(type, 'ERROR');
    assert.deepEqual([object.kind, object.reason, object.code], ['Status', 'Expired', 410]);
    assert.match(
      object.message,
      new RegExp(`^too old resource version: ${resourceVersion} \\(\\d+\\)$`),
    );
    assert.equal(await stream.next(), undefined);
    const fresh = await on.watch(pods, { resourceVersion: await on.versionOf(pods) });
    await on.create(pods, 'b');
    assert.equal(await told(fresh), 'ADDED b');
    fresh.close();
  });
}
