import { ScratchFolder } from '../test/support/real/scratch-folder.ts';
import { CAST, MISSPELT_ROLE, NAMESPACES, ROLES } from './cast.ts';
import type { Cluster } from './cluster.ts';
import { startController } from './controller.ts';
import { embeddedCluster } from './embedded-cluster.ts';
import { perform } from './play.ts';
import type { Progress } from './progress.ts';
import { realCluster } from './real-cluster.ts';
import { createScreen, type Screen } from './screen.ts';
import { createStage, type Stage } from './stage.ts';
import { shortened, summary } from './summary.ts';

const screen = createScreen(process.stdout);
const real = !['', '0', undefined].includes(process.env['REAL']);
process.exitCode = (await demo()) ? 0 : 1;

/** Shows how pods come to their tokens; whether all of them did. */
async function demo(): Promise<boolean> {
  const { paint, line } = screen;
  line('');
  line(`  ${paint('bold', 'kubernetes-vault')} · every annotated pod its own Vault credential`);
  if (real) line(paint('dim', '  starting kube-apiserver, etcd and OpenBao (about 10 s)'));
  await using cluster = await startCluster();
  const folder = new ScratchFolder('demo');
  const file = (name: string) => folder.file(name);
  const scope = { namespaces: NAMESPACES, roles: [...ROLES, MISSPELT_ROLE] };
  const controller = await startController(cluster, scope, file);
  const cast = `${CAST.length} pods of ${NAMESPACES.length} teams`;
  line(paint('dim', `  ${cluster.title} · one controller · ${cast}`));
  line('');
  try {
    const stage = createStage(cluster, controller, file('volumes'));
    const pods = await perform(stage, screen);
    tellEnd(stage, pods, screen);
    return pods.every(({ state }) => state === 'served');
  } finally {
    await controller.stop();
    folder.remove();
  }
}

async function startCluster(): Promise<Cluster> {
  const start = real ? realCluster : embeddedCluster;
  const cluster = await start([...ROLES, MISSPELT_ROLE], NAMESPACES);
  // The controller may mint for it, but it does not exist.
  await cluster.vault.request('DELETE', `auth/approle/role/${MISSPELT_ROLE}`);
  return cluster;
}

function tellEnd(stage: Stage, pods: readonly Progress[], { line, paint }: Screen): void {
  line('');
  const pod = stage.podOf(pods.find(({ state }) => state === 'served')?.part);
  if (pod) {
    const { namespace, name } = pod.part;
    line(`  What ${paint('bold', `${namespace}/${name}`)} finds in vault-token (shortened here):`);
    for (const text of shortened(pod.tokenFile()).split('\n')) line(paint('dim', `    ${text}`));
    line('');
  }
  for (const { part, state } of pods.filter(({ state }) => state !== 'served')) {
    const words = stage.podOf(part)?.printed().trimEnd().split('\n').at(-1);
    line(
      `  ${paint('red', `${part.namespace}/${part.name}`)} ${state}: ${words ?? 'never started'}`,
    );
  }
  for (const text of summary(pods, paint)) line(`  ${text}`);
  line('');
}
