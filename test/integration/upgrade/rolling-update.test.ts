import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formerDist } from '../../support/former/former-dist.ts';
import {
  clusterKey,
  createFleet,
  type ElectionConfig,
  electionByRaft,
  type Fleet,
  writeKeys,
} from '../../support/installation/fleet.ts';
import { type Image, initProcessOf, initWithin } from '../../support/installation/image.ts';
import {
  type Installation,
  type ProgramChoice,
  startInstallation,
} from '../../support/installation/installation.ts';
import type { Pod } from '../../support/installation/pod.ts';
import { until } from '../../support/until.ts';

const FORMER: ProgramChoice = { dist: await formerDist() };
const THIS: ProgramChoice = {};
/** What init containers run, side by side, for as long as a test goes on. */
const IMAGES: readonly Image[] = [initWithin, initProcessOf(FORMER.dist)];

let home: Installation;

before(async () => {
  home = await startInstallation();
});

after(() => home[Symbol.asyncDispose]());

/** Which controllers there are at first, and what they are replaced by, one after the other. */
const UPDATES = [
  { engine: 'a Lease', election: byLease, first: 2, next: [THIS, THIS, FORMER, FORMER] },
  { engine: 'Raft', election: keyed, first: 3, next: [THIS, THIS, THIS, FORMER] },
] as const;

for (const { engine, election, first, next } of UPDATES) {
  test(`S45 controllers that elect by ${engine} are updated from the former version to this one, and back, one after the other, and no pod is lost`, async () => {
    await using fleet = createFleet(home);
    const wish = { election: await election() };
    const pods = startPods();
    for (let count = 0; count < first; count++) await fleet.start({ ...wish, ...FORMER });
    await pods.serve();
    const { uid } = await theLease();
    for (const version of next) {
      // As a Deployment does with maxSurge 1 and maxUnavailable 0.
      const oldest = fleet.members.at(-first);
      await (await fleet.start({ ...wish, ...version })).ready();
      assert.equal(await oldest?.controller.stop(), 0);
      await pods.serve();
      const lease = await theLease();
      assert.equal(lease.uid, uid);
      const names = fleet.members.slice(-first).map(({ name }) => name);
      assert.ok(
        names.some((name) => lease.holder.startsWith(name)),
        lease.holder,
      );
    }
    await assertServedOnce(await pods.end(), fleet);
  });
}

interface Pods {
  /** Waits until some more have been served, by each image. */
  serve(): Promise<void>;
  /** Lets those come to their end that have begun; all that there were. */
  end(): Promise<readonly Pod[]>;
}

/** One pod after another, side by side with each image, each as soon as the former is served. */
function startPods(): Pods {
  const served = IMAGES.map((): Pod[] => []);
  let isOver = false;
  const lane = async (image: Image, index: number) => {
    while (!isOver) served[index]?.push(await (await home.pod({ image })).served());
  };
  const lanes = Promise.all(IMAGES.map(lane));
  lanes.catch(() => undefined);
  const fewest = () => Math.min(...served.map((pods) => pods.length));
  return {
    async serve() {
      const wanted = fewest() + 1;
      const more = until('pods are served', () => fewest() >= wanted, 40_000);
      await Promise.race([more, lanes]);
    },
    async end() {
      isOver = true;
      await lanes;
      return served.flat();
    },
  };
}

/**
 * Every pod has a token of its own that works; only one that is being served at a hand-over, or was in vain
 * for a reason that was told, may be minted for again.
 */
async function assertServedOnce(pods: readonly Pod[], { members }: Fleet): Promise<void> {
  const tokens = new Set(pods.map((pod) => pod.token().clientToken));
  assert.equal(tokens.size, pods.length);
  await Promise.all([...tokens].map((token) => home.lookedUp(token)));
  const said = (msg: RegExp) => members.flatMap(({ controller }) => controller.said({ msg }));
  const terms = said(/^this controller acts from now on/).length;
  assert.ok(terms > 2, `${terms} terms`);
  const minted = said(/^minted/).length;
  const inVain = members.reduce((sum, { controller }) => sum + controller.toldInVain(), 0);
  const most = pods.length + (terms - 1) * IMAGES.length + inVain;
  assert.ok(minted >= pods.length && minted <= most, `${minted} of ${pods.length} to ${most}`);
}

async function theLease(): Promise<{ readonly uid: string; readonly holder: string }> {
  const { namespace, service } = home.servers.home;
  type Lease = { metadata: { uid: string }; spec: { holderIdentity: string } };
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${service}`;
  const { metadata, spec } = await home.servers.plane.request<Lease>('GET', path);
  return { uid: metadata.uid, holder: spec.holderIdentity };
}

async function byLease(): Promise<ElectionConfig> {
  return { election: 'lease' };
}

async function keyed(): Promise<ElectionConfig> {
  const keyFile = home.file('cluster.key');
  writeKeys(keyFile, [clusterKey()]);
  return await electionByRaft({ keyFile });
}
