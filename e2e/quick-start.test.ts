import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NAMESPACES } from '../quick-start/plan/names.ts';
import { eventsOf, messagesOf, readyApps, servedEach, tokensWork } from './support/apps.ts';
import { readyControllers } from './support/controllers.ts';
import { diagnosed } from './support/diagnostics.ts';
import { nothingLeft, objectsOfCluster } from './support/leftovers.ts';
import { podSecurityOf } from './support/pod-security.ts';
import { quickStart } from './support/quick-start.ts';

let cluster: readonly string[];

before(async () => {
  cluster = await objectsOfCluster();
});
after(() => quickStart('down'));

test(
  'the quick start gives five pods of an app a token of their own, which Vault takes',
  diagnosed(async () => {
    const said = await quickStart('up');
    assert.doesNotMatch(said, /\b(?:hvs|s)\.[A-Za-z0-9_-]{20,}/, 'it shows a token');
    const pods = await readyApps(5);
    await servedEach(pods);
    await tokensWork(pods);
    const delivered = await eventsOf('VaultSecretDelivered');
    for (const { metadata } of pods) {
      assert.equal(delivered.get(metadata.uid), 1, metadata.name);
      const [words = ''] = await messagesOf(metadata.uid, 'VaultSecretDelivered');
      assert.match(words, /^A credential of role "sample-app" was delivered/);
    }
  }),
);

test(
  'all of it runs under Pod Security `restricted`',
  diagnosed(async () => {
    assert.deepEqual(await podSecurityOf(...NAMESPACES), ['restricted']);
  }),
);

test(
  'to run it again changes nothing',
  diagnosed(async () => {
    const before = [await readyApps(5), await readyControllers(3)].flat();
    await quickStart('up');
    const now = [await readyApps(5), await readyControllers(3)].flat();
    assert.deepEqual(now.map(uidOf).toSorted(), before.map(uidOf).toSorted());
  }),
);

test(
  'its status says who leads, and that the five are served',
  diagnosed(async () => {
    const said = await quickStart('status');
    assert.match(said, /lead|acts/);
    assert.match(said, /5/);
  }),
);

test(
  'it leaves nothing behind, and can be told twice to go',
  diagnosed(async () => {
    await quickStart('down');
    await nothingLeft(cluster);
    await quickStart('down');
  }),
);

function uidOf({ metadata }: { readonly metadata: { readonly uid: string } }): string {
  return metadata.uid;
}
