import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../support/chart/rendered-chart.ts';
import { findBinary } from '../../support/real/process/binaries.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';

/** The folders of deploy/ that `kubectl apply -k` takes. */
export type Overlay = 'base' | 'quick-start' | 'secured-external-ca';

export const OVERLAYS: readonly Overlay[] = ['base', 'quick-start', 'secured-external-ca'];

export const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));

const LARGEST_OUTPUT = 16 * 1024 * 1024;
let home: ScratchFolder | undefined;

/** What it printed; warnings of the API server are in `stderr`. */
export interface KubectlAnswer {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs kubectl to its end.
 * @throws Error with what it printed, where it fails
 */
export async function kubectl(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<KubectlAnswer> {
  // It keeps a cache there, and finds nothing of the person's own.
  home ??= new ScratchFolder('kubectl');
  const env = { PATH: '/usr/bin:/bin', HOME: home.path, ...environment };
  const options = { env, maxBuffer: LARGEST_OUTPUT };
  const running = promisify(execFile)(findBinary('kubectl'), [...args], options);
  running.child.stdin?.end(input);
  return await running;
}

/** The objects of a folder, as `kubectl kustomize` renders them. */
export async function kustomized(overlay: Overlay): Promise<KubeObject[]> {
  const { stdout } = await kubectl(['kustomize', `${DEPLOY}/${overlay}`], {});
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
}
