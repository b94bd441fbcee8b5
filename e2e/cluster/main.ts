/** A Kubernetes cluster of one node for the end-to-end tests: see USAGE. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../tools/servers/failure.ts';
import { step } from '../../tools/servers/step.ts';
import { anotherCluster, loadInto, runFor } from './another-cluster.ts';
import { bringUp, builtArchives, isUp, load, runOnNode, takeDown } from './cluster.ts';
import { files } from './layout.ts';
import { entering } from './namespaces.ts';

const USAGE = `Usage: tools/node e2e/cluster/main.ts COMMAND
  up                  bring a cluster up, with the images of dist/images, and keep it
  down                end it, and remove all that it has left
  run PROGRAM ...     run a program on its node, with KUBECONFIG set: kubectl, helm, a shell
  load [ARCHIVE ...]  give it images: of dist/images if no archive is named
  env                 say how to enter it
  test [FILE ...]     run end-to-end tests, on the cluster that is up, else on one for them alone

E2E_KUBECONFIG=FILE   test on this cluster instead. Images come to it by E2E_LOAD, a command that is
                      given each archive, or are there already, under the prefix E2E_IMAGE_PREFIX.
E2E_STATE=FOLDER      where the cluster's files lie (a folder in TMPDIR); not on overlayfs, if possible
`;

const TESTS = join(import.meta.dirname, '..', '*.test.ts');
const another = anotherCluster();

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number | undefined>>> =
  {
    up,
    down,
    run,
    load: loadAll,
    env,
    test,
  };

const [name = '', ...args] = process.argv.slice(2);
const chosen = Object.hasOwn(commands, name) ? commands[name] : undefined;
try {
  if (chosen) process.exitCode = (await chosen(args)) ?? 0;
  else {
    console.error(USAGE);
    process.exitCode = 2;
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`e2e: ${error.message}`);
  process.exitCode = 1;
}

async function up(): Promise<undefined> {
  if (!isUp()) await bringUpInSight(true);
  await loadAll([]);
  await env();
}

async function down(): Promise<undefined> {
  await takeDown();
}

async function env(): Promise<undefined> {
  console.log(`export KUBECONFIG=${files.adminKubeconfig()}  # on the node alone:`);
  console.log(entering().join(' '));
}

async function loadAll(archives: readonly string[]): Promise<undefined> {
  for (const archive of archives.length > 0 ? archives : builtArchives()) {
    await (another ? loadInto(another, archive) : load(archive));
  }
}

async function run(words: readonly string[]): Promise<number> {
  return another ? runFor(another, words) : runOnNode(words);
}

async function test(files: readonly string[]): Promise<number> {
  if (another || isUp()) return testOn(files);
  takeDownWhenInterrupted();
  // One that does not come up leaves its logs.
  await bringUpInSight(false);
  try {
    return await testOn(files);
  } finally {
    await takeDown();
  }
}

async function testOn(files: readonly string[]): Promise<number> {
  await loadAll([]);
  const chosen = files.length > 0 ? files : globSync(TESTS);
  return run([process.execPath, '--test', '--test-concurrency=1', ...chosen]);
}

async function bringUpInSight(outliving: boolean): Promise<void> {
  await step('Bringing a cluster up: about 20 seconds', 'cluster', () => bringUp(outliving));
}

function takeDownWhenInterrupted(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void takeDown().finally(() => process.exit(1));
    });
  }
}
