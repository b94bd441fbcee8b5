import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { blocksIn } from '../../support/docs/markdown.ts';
import { initProcess } from '../../support/installation/image.ts';
import { writeKubeconfig } from '../../support/installation/kubeconfig.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { kubectl } from '../manifests/kubectl.ts';
import { goInit } from './go-init.ts';
import { rulesOfTheGuide } from './guide-rules.ts';
import { createAll } from './manifest.ts';
import type { OldPod } from './node.ts';
import { type OldInstallation, startOldInstallation } from './old-installation.ts';
import { type ReplacedDeployment, replacedDeployment } from './replaced-deployment.ts';

const folder = new ScratchFolder('replacement');
let home: OldInstallation;
let controllers: ReplacedDeployment;
let admin: { readonly KUBECONFIG: string };

before(async () => {
  home = await startOldInstallation({ manifest: 'quick-start', vaultAddr: 'http://vault:8200' });
  await createAll(home.plane, rulesOfTheGuide('default'));
  admin = writeKubeconfig(folder.file('kubeconfig'), home.plane, home.plane.adminToken);
  controllers = replacedDeployment(home);
  await controllers.follow();
});

after(async () => {
  await controllers[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  folder.remove();
});

/** The commands in a section of the guide. */
function commandsOf(heading: string): string[] {
  const guide = readFileSync(new URL('../../../docs/guide/migrating.md', import.meta.url), 'utf8');
  const [, rest = ''] = guide.split(`\n## ${heading}\n`);
  const [block = ''] = blocksIn(rest.split('\n## ')[0] ?? '', 'sh');
  return block.trim().split('\n');
}

/** Types them, while the cluster does what they say; what ran after each of them had ended. */
async function carryOut(
  commands: readonly string[],
  between: (command: string) => Promise<void>,
): Promise<void> {
  let followed = Promise.resolve();
  for (const command of commands) {
    const [program, ...words] = command.replace('YOURS', '0.6.0').split(' ');
    assert.equal(program, 'kubectl');
    await kubectl(words, admin);
    followed = followed.then(() => controllers.follow());
    followed.catch(() => undefined);
    await between(command);
  }
  await followed;
}

/** A pod of either program, both of whose init containers wait. */
async function twoPods(): Promise<OldPod[]> {
  const pods = [await home.pod(), await home.pod()];
  const images = [initProcess, goInit({ vault: home.vault }).image];
  await Promise.all(pods.map((pod, index) => pod.start(images[index] ?? initProcess)));
  return pods;
}

async function served(pods: readonly OldPod[]): Promise<void> {
  assert.deepEqual(await Promise.all(pods.map((pod) => pod.ended())), [0, 0]);
}

/** For how many pods each of the controllers has minted, in their order. */
function mints(): number[] {
  return controllers.all.map((one) =>
    one.kind === 'original'
      ? one.controller.minted.length
      : (one.controller.printed.match(/"msg":"minted/g)?.length ?? 0),
  );
}

for (const { heading, from, to, minted } of [
  { heading: '3. Replace the controllers', from: 'original', to: 'ours', minted: [2, 4] },
  { heading: 'Going back', from: 'ours', to: 'original', minted: [2, 6, 4] },
] as const) {
  test(`what the guide says under "${heading}" lets the two never act side by side; pods that start in between wait, and all are served, once`, async () => {
    assert.equal(controllers.runs, from);
    await served(await twoPods());
    const waiting: OldPod[] = [];
    await carryOut(commandsOf(heading), async (command) => {
      if (!command.startsWith('kubectl wait ')) return;
      assert.equal(controllers.runs, undefined);
      waiting.push(...(await twoPods()));
    });
    assert.equal(controllers.runs, to);
    await served(waiting);
    await served(await twoPods());
    assert.deepEqual(mints(), minted);
  });
}
