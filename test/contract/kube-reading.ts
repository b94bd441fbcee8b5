import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectStatus, type Item, type KubeFixture, names, spaceOf } from './kube-fixture.ts';

/** Lists and their selectors. */
export function reading(on: KubeFixture): void {
  test('a list in pages shows one moment, whatever happens between them', async () => {
    const pods = await on.freshPods();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await on.create(pods, name);
    const one = (await on.ask('GET', `${pods}?limit=2`)).json;
    assert.deepEqual(names(one), ['a', 'b']);
    assert.equal(one.metadata.remainingItemCount, 3);
    await on.ask('DELETE', `${pods}/d`);
    await on.create(pods, 'f');
    const two = (await on.ask('GET', `${pods}?limit=2&continue=${one.metadata.continue}`)).json;
    assert.deepEqual(names(two), ['c', 'd']);
    assert.equal(two.metadata.resourceVersion, one.metadata.resourceVersion);
    const three = (await on.ask('GET', `${pods}?limit=2&continue=${two.metadata.continue}`)).json;
    assert.deepEqual(names(three), ['e']);
    assert.equal(three.metadata.continue, undefined);
    assert.deepEqual(names((await on.ask('GET', pods)).json), ['a', 'b', 'c', 'e', 'f']);
  });

  test('a list at an exact version, in pages too, shows what was there then', async () => {
    const pods = await on.freshPods();
    for (const name of ['a', 'b', 'c']) await on.create(pods, name);
    const then = await on.versionOf(pods);
    await on.ask('DELETE', `${pods}/b`);
    await on.create(pods, 'd');
    const exact = `resourceVersion=${then}&resourceVersionMatch=Exact`;
    const one = (await on.ask('GET', `${pods}?${exact}&limit=2`)).json;
    assert.deepEqual([names(one), one.metadata.resourceVersion], [['a', 'b'], then]);
    const two = (await on.ask('GET', `${pods}?limit=2&continue=${one.metadata.continue}`)).json;
    assert.deepEqual([names(two), two.metadata.resourceVersion], [['c'], then]);
  });

  test('items of a list carry neither kind nor apiVersion, and version 0 ignores the limit', async () => {
    const pods = await on.freshPods();
    for (const name of ['a', 'b']) await on.create(pods, name);
    const list = (await on.ask('GET', `${pods}?limit=1&resourceVersion=0`)).json;
    assert.deepEqual([list.kind, list.apiVersion, names(list)], ['PodList', 'v1', ['a', 'b']]);
    assert.deepEqual([list.items[0].kind, list.items[0].apiVersion], [undefined, undefined]);
  });

  test('field and label selectors narrow a list, each term of them', async () => {
    const pods = await on.freshPods();
    await on.create(pods, 'a', { labels: { app: 'x' } });
    await on.create(pods, 'b', { labels: { app: 'y', tier: 'web' } });
    await on.create(pods, 'c');
    await on.setPhase(pods, 'b', 'Running');
    for (const [selectors, expected] of [
      [{ fieldSelector: 'status.phase=Pending' }, ['a', 'c']],
      [{ fieldSelector: 'status.phase!=Pending' }, ['b']],
      [{ fieldSelector: 'status.phase==Pending,metadata.name!=a' }, ['c']],
      [{ fieldSelector: 'metadata.name=b' }, ['b']],
      [{ labelSelector: 'app' }, ['a', 'b']],
      [{ labelSelector: '!app' }, ['c']],
      [{ labelSelector: 'app!=x' }, ['b', 'c']],
      [{ labelSelector: 'app in (x, z)' }, ['a']],
      [{ labelSelector: 'app notin (x),tier=web' }, ['b']],
      [{ labelSelector: 'app', fieldSelector: 'status.phase=Running' }, ['b']],
    ] as const) {
      const { json } = await on.ask('GET', `${pods}?${new URLSearchParams(selectors).toString()}`);
      assert.deepEqual(names(json), expected, JSON.stringify(selectors));
    }
    const page = (await on.ask('GET', `${pods}?limit=1&labelSelector=app`)).json;
    assert.equal(page.metadata.remainingItemCount, undefined, 'is not counted with a selector');
    assert.equal(typeof page.metadata.continue, 'string');
  });

  test('the pods of all namespaces are listed in the order of namespace and name', async () => {
    const [first, second] = [await on.freshPods(), await on.freshPods()];
    await on.create(second, 'a');
    await on.create(first, 'b');
    const { json } = await on.ask('GET', '/api/v1/pods?fieldSelector=metadata.namespace!=default');
    const mine = json.items.map(({ metadata }: Item) => `${metadata.namespace}/${metadata.name}`);
    assert.deepEqual(mine.slice(-2), [`${spaceOf(first)}/b`, `${spaceOf(second)}/a`]);
  });

  test('pages of a list whose history is forgotten are answered 410, with a token to go on at the present', async () => {
    const pods = await on.freshPods();
    for (const name of ['a', 'b', 'c']) await on.create(pods, name);
    const { metadata } = (await on.ask('GET', `${pods}?limit=1`)).json;
    await on.ask('DELETE', `${pods}/b`);
    await on.kube.expireHistory();
    const late = await on.ask('GET', `${pods}?limit=1&continue=${metadata.continue}`);
    expectStatus(late, 410, 'Expired');
    assert.match(late.json.message, /^The provided continue parameter is too old/);
    const present = await on.ask('GET', `${pods}?continue=${late.json.metadata.continue}`);
    assert.deepEqual(names(present.json), ['c']);
    const exact = `resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`;
    expectStatus(await on.ask('GET', `${pods}?${exact}`), 410, 'Expired');
  });

  test('what cannot be read is refused with a Status', async () => {
    const pods = await on.freshPods();
    for (const [query, code, reason] of [
      ['fieldSelector=spec.foo=1', 400, 'BadRequest'],
      ['labelSelector=app%20in%20(', 400, 'BadRequest'],
      ['continue=nonsense', 400, 'BadRequest'],
      ['resourceVersion=nonsense', 400, 'BadRequest'],
      ['resourceVersion=99999999', 504, 'Timeout'],
    ] as const) {
      expectStatus(await on.ask('GET', `${pods}?${query}`), code, reason);
    }
    expectStatus(await on.ask('GET', '/api/v1/nothing'), 404, 'NotFound');
    expectStatus(await on.ask('PATCH', `${pods}/x`, {}), 415, 'UnsupportedMediaType');
  });
}
