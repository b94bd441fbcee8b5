import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { dyingWithUs } from '../../test/support/real/process/dying-with-us.ts';
import { until } from '../../test/support/until.ts';
import { codeOf, Failure } from '../../tools/servers/failure.ts';
import { files, logOf, stateFolder } from './layout.ts';

/** The process that holds the cluster's namespaces: with it, all in them ends. */
interface Holder {
  readonly pid: number;
  /** In the kernel's ticks since the machine started: another process may get the same id. */
  readonly startTime: string;
}

const END_WITHIN_MS = 20_000;

/**
 * Starts `inside.ts` in namespaces of its own for network, mounts and processes.
 * @param outliving whether it goes on when this process ends
 */
export function createNamespaces(outliving: boolean): ChildProcess {
  mkdirSync(stateFolder(), { recursive: true, mode: 0o711 });
  writeFileSync(files.holder(), JSON.stringify({ pid: 0, startTime: '' } satisfies Holder));
  mkdirSync(join(stateFolder(), 'logs'));
  const log = openSync(logOf('cluster'), 'a');
  const own = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  // The shell waits for what the programs leave behind, as the first process of a machine has to.
  const first = ['sh', '-c', '"$@" & wait "$!"', 'sh', process.execPath];
  const inside = join(import.meta.dirname, 'inside.ts');
  const words = [...(outliving ? [] : dyingWithUs()), ...own, ...first, inside];
  const [program = '', ...args] = words;
  const child = spawn(program, args, { detached: outliving, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error('unshare (of util-linux) could not be started');
  const holder: Holder = { pid, startTime: startTimeOf(pid) ?? '' };
  writeFileSync(files.holder(), JSON.stringify(holder));
  return child;
}

/** The words before a command that make it run on the node, where this process now is. */
export function entering(): string[] {
  const { pid } = livingHolder() ?? {};
  if (pid === undefined) throw new Failure('there is no cluster: `main.ts up` brings one up');
  const namespace = (name: string) => `/proc/${pid}/ns/${name}`;
  const mounts = `--mount=${namespace('mnt')}`;
  const processes = `--pid=${namespace('pid_for_children')}`;
  const where = `--wd=${process.cwd()}`;
  return ['nsenter', `--net=${namespace('net')}`, mounts, processes, where, '--'];
}

/** Whether there is a cluster, ready or not. */
export function isHeld(): boolean {
  return livingHolder() !== undefined;
}

/** Ends all that runs in the cluster's namespaces, if there are any, and removes its folder. */
export async function removeNamespaces(): Promise<void> {
  const holder = livingHolder();
  if (holder) {
    const namespace = processNamespaceBelow(holder.pid);
    process.kill(holder.pid, 'SIGKILL');
    const isOver = () => !isHeld() && (namespace === undefined || isEmpty(namespace));
    await until('the programs of the cluster have ended', isOver, END_WITHIN_MS);
  }
  removeFolder();
}

/** @throws Failure if the folder has something else in it than a cluster. */
function removeFolder(): void {
  const folder = stateFolder();
  if (!existsSync(folder)) return;
  const others = readdirSync(folder).filter((name) => name !== basename(files.holder()));
  if (others.length > 0 && !existsSync(files.holder())) {
    throw new Failure(`${folder} is not the folder of a cluster: E2E_STATE names another one`);
  }
  // What says that the rest may be removed goes last.
  for (const name of others) remove(join(folder, name));
  remove(folder);
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

function livingHolder(): Holder | undefined {
  try {
    const holder: Holder = JSON.parse(readFileSync(files.holder(), 'utf8'));
    return startTimeOf(holder.pid) === holder.startTime ? holder : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined where no such process runs; see proc(5), `stat`. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

function processNamespaceBelow(pid: number): string | undefined {
  return linkAt(`/proc/${pid}/ns/pid_for_children`);
}

function isEmpty(namespace: string): boolean {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.every((id) => linkAt(`/proc/${id}/ns/pid`) !== namespace);
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    // It has ended meanwhile, or has no first process yet.
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
