import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findBinary } from '../real/process/binaries.ts';
import { ScratchFolder } from '../real/scratch-folder.ts';

export const CHART = fileURLToPath(
  new URL('../../../deploy/helm/kubernetes-vault', import.meta.url),
);

/** How a run of helm ended. */
export interface HelmOutcome {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const LARGEST_OUTPUT = 16 * 1024 * 1024;
let home: ScratchFolder | undefined;

/** Runs the real helm, which finds nothing of the person's own: neither settings nor a cluster. */
export async function helm(...args: readonly string[]): Promise<HelmOutcome> {
  home ??= new ScratchFolder('helm');
  const env = { HOME: home.path, PATH: '/usr/bin:/bin', KUBECONFIG: home.file('none') };
  const options = { env, cwd: home.path, maxBuffer: LARGEST_OUTPUT };
  try {
    const { stdout, stderr } = await promisify(execFile)(findBinary('helm'), [...args], options);
    return { ok: true, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    return { ok: false, stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

/** @throws Error with what helm said where it failed */
export async function helmSucceeds(...args: readonly string[]): Promise<string> {
  const { ok, stdout, stderr } = await helm(...args);
  if (!ok) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
  return stdout;
}
