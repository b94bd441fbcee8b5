import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { command } from '../../test/support/network/own-network.ts';
import { until } from '../../test/support/until.ts';
import { codeOf } from '../../tools/servers/failure.ts';
import type { ServerName } from '../../tools/servers/table.ts';
import { makeCgroups, removeCgroups } from './cgroups.ts';
import { holdProgram, releaseProgram } from './control.ts';
import { cgroupName, inState } from './layout.ts';

/** A machine's own programs, in the order in which they end. */
const NODE_PROGRAMS: readonly ServerName[] = ['kubelet', 'kube-proxy', 'containerd'];
const END_WITHIN_MS = 20_000;

/**
 * Has the node lose its power and start again: every container, network and mount of pods is gone,
 * and kubelet makes all of it anew, with other addresses. etcd and the control plane stay. It
 * returns once the node's programs may start; what becomes of the pods is for the caller to see.
 */
export async function rebootNode(): Promise<void> {
  for (const program of NODE_PROGRAMS) holdProgram(program);
  await until('all containers have ended', noneLeftOf(killContainers), END_WITHIN_MS);
  for (const path of mountsOfPods()) await command('umount', '--lazy', path);
  for (const folder of ['/run/containerd', '/run/netns']) {
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync('/run/netns');
  await command('nft', 'flush', 'ruleset');
  removeCgroups();
  makeCgroups();
  for (const program of NODE_PROGRAMS.toReversed()) releaseProgram(program);
}

/**
 * Kills the process that holds a pod's network, as a fault of the machine can: kubelet gives the pod
 * another one, with another address, and starts its containers again, those for init first.
 * @throws Error if there is no such pod on the node
 */
export async function loseSandbox(namespace: string, pod: string): Promise<void> {
  const labels = {
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.name': pod,
    'io.cri-containerd.kind': 'sandbox',
  };
  const filters = Object.entries(labels).map(
    ([key, value]) => `labels.${JSON.stringify(key)}==${value}`,
  );
  const ids = (await ctr('containers', 'list', '--quiet', filters.join(','))).split('\n');
  const running = (await ctr('tasks', 'list', '--quiet')).split('\n');
  const [id] = ids.filter((one) => one !== '' && running.includes(one));
  if (id === undefined) throw new Error(`no pod ${namespace}/${pod} runs on the node`);
  await ctr('tasks', 'kill', '--signal=SIGKILL', id);
}

function ctr(...args: readonly string[]): Promise<string> {
  return command('ctr', '--namespace=k8s.io', ...args);
}

function noneLeftOf(kill: () => number): () => boolean {
  return () => kill() === 0;
}

/** How many processes it found. */
function killContainers(): number {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const ofContainers = ids.filter((id) => isOfContainer(id));
  for (const id of ofContainers) killIfThere(Number(id));
  return ofContainers.length;
}

function isOfContainer(id: string): boolean {
  if (contentOf(`/proc/${id}/comm`).startsWith('containerd-shim')) return true;
  return contentOf(`/proc/${id}/cgroup`).includes(`:/${cgroupName()}/`);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return '';
    throw error;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** The innermost first. */
function mountsOfPods(): string[] {
  const folders = ['/run/containerd/', '/run/netns/', `${inState('kubelet')}/`];
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  const paths = lines.map((line) => line.split(' ')[4] ?? '');
  return paths.filter((path) => folders.some((folder) => path.startsWith(folder))).toReversed();
}
