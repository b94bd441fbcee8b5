import { ScratchFolder } from '../test/support/real/scratch-folder.ts';
import { CAST, MISSPELT_ROLE, NAMESPACES, ROLES } from './cast.ts';
import type { Cluster } from './cluster.ts';
import { startControllers } from './controllers.ts';
import { embeddedCluster } from './embedded-cluster.ts';
import { perform } from './play.ts';
import { realCluster } from './real-cluster.ts';
import { createScreen, type Screen } from './screen.ts';
import { createStage, type Scene, type Stage } from './stage.ts';
import { podSummary, shortened, takeoverSummary } from './summary.ts';

const screen = createScreen(process.stdout);
const real = !['', '0', undefined].includes(process.env['REAL']);
const engine = process.env['ELECTION'] === 'raft' ? 'raft' : 'lease';
process.exitCode = (await demo()) ? 0 : 1;

/** Shows how pods come to their tokens, and a takeover; whether all went as it should. */
async function demo(): Promise<boolean> {
  const { paint, line } = screen;
  line('');
  line(`  ${paint('bold', 'kubernetes-vault')} · every annotated pod its own Vault credential`);
  if (real) line(paint('dim', '  starting kube-apiserver, etcd and OpenBao (about 10 s)'));
  await using cluster = await startCluster();
  const folder = new ScratchFolder('demo');
  const scope = { namespaces: NAMESPACES, roles: [...ROLES, MISSPELT_ROLE] };
  const controllers = await startControllers(cluster, scope, engine, folder.path);
  const cast = `${CAST.length} pods of ${NAMESPACES.length} teams`;
  const election = { lease: 'elected by a Lease', raft: 'elected by Raft' }[engine];
  line(paint('dim', `  ${cluster.title} · three controllers, ${election} · ${cast}`));
  line('');
  try {
    const stage = createStage(cluster, controllers, folder.file('volumes'));
    const scene = await perform(stage, screen);
    tellEnd(stage, scene, screen);
    const isTakenOver = scene.controllers.some(
      ({ tookOverAfterMs }) => tookOverAfterMs !== undefined,
    );
    return isTakenOver && scene.pods.every(({ state }) => state === 'served');
  } finally {
    await controllers.stop();
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

function tellEnd(stage: Stage, scene: Scene, { line, paint }: Screen): void {
  const { controllers, pods } = scene;
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
  const lines = [...podSummary(pods, paint), ...takeoverSummary(controllers, paint)];
  for (const text of lines) line(`  ${text}`);
  line('');
}
