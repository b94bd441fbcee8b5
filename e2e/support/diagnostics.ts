import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SuiteContext, TestContext } from 'node:test';
import { inState } from '../cluster/layout.ts';
import { kubectl, kubectlJson } from './kubectl.ts';
import { isOwnCluster } from './own-cluster.ts';
import { logOf, type PodSeen } from './pods.ts';
import { redact } from './redact.ts';

const REPORTS = join(import.meta.dirname, '..', '..', 'dist', 'e2e-report');

/** What describes the cluster; Secrets are not among it. */
const OVERVIEW = {
  'events.txt': ['get', 'events', '--all-namespaces', '--sort-by=.lastTimestamp'],
  'all.txt': ['get', 'all,leases', '--all-namespaces', '--output=wide'],
  'nodes.txt': ['describe', 'nodes'],
  'pods.txt': ['describe', 'pods', '--all-namespaces'],
  'workloads.txt': ['describe', 'deployments,statefulsets,services,leases', '--all-namespaces'],
} as const;

/** A test's body that leaves a report in dist/e2e-report when it fails, before its own clean-up. */
export function diagnosed(body: (t: TestContext) => Promise<void>) {
  return (t: TestContext) => reported(t, () => body(t));
}

/** The same for what a file does before its tests. */
export function diagnosedHook(body: () => Promise<unknown>) {
  return (t: TestContext | SuiteContext) => reported(t, body);
}

async function reported(
  t: TestContext | SuiteContext,
  body: () => Promise<unknown>,
): Promise<void> {
  const folder = join(REPORTS, folderName(t));
  rmSync(folder, { recursive: true, force: true });
  try {
    await body();
  } catch (error) {
    await writeReport(folder);
    t.diagnostic(`what the cluster looked like: ${folder}`);
    throw error;
  }
}

/** Writes what is known of the cluster into a folder: nothing in it is a credential. */
async function writeReport(folder: string): Promise<void> {
  mkdirSync(join(folder, 'containers'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), redact(text));
  for (const [name, args] of Object.entries(OVERVIEW))
    write(name, await outputOf(kubectl(...args)));
  for (const [name, log] of await containerLogs()) write(join('containers', name), await log());
  if (!isOwnCluster()) return;
  mkdirSync(join(folder, 'node'));
  for (const path of globSync(inState('logs', '*.log'))) {
    write(join('node', basename(path)), readFileSync(path, 'utf8'));
  }
}

async function containerLogs(): Promise<[name: string, log: () => Promise<string>][]> {
  type List = { items: readonly PodSeen[] };
  const pods = await kubectlJson<List>('get', 'pods', '--all-namespaces').catch(() => undefined);
  return (pods?.items ?? []).flatMap((pod) => {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
    const { namespace, name } = pod.metadata;
    return [...initContainerStatuses, ...containerStatuses].flatMap((status) => {
      const log = (previous: boolean) => {
        const file = `${namespace}_${name}_${status.name}${previous ? '.previous' : ''}.log`;
        const read = () => outputOf(logOf(pod, { container: status.name, previous }));
        return [file, read] as [string, () => Promise<string>];
      };
      return status.restartCount > 0 ? [log(false), log(true)] : [log(false)];
    });
  });
}

/** A report says what could not be asked. */
function outputOf(output: Promise<string>): Promise<string> {
  return output.catch(String);
}

function folderName({ filePath = '', name }: TestContext | SuiteContext): string {
  const title = `${basename(filePath, '.test.ts')} ${name}`;
  return title.replaceAll(/[^\w]+/g, '-').slice(0, 80);
}
