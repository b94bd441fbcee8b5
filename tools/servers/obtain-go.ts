import { join } from 'node:path';
import { requireSpace } from './disk-space.ts';
import { Failure } from './failure.ts';
import { findGo } from './go.ts';
import { oldestGo } from './go-module-version.ts';
import { placeAtOnce } from './place.ts';
import { run } from './run.ts';
import type { GoSource, Server } from './server.ts';
import { step } from './step.ts';

/** Builds a server from its Go module, into the folder `target`. */
export async function obtainGo(server: Server, source: GoSource, target: string): Promise<void> {
  const { name, version, takes } = server;
  const go = await findGo(oldestGo(source.folder));
  await step(`Building ${name} ${version} from its Go module: ${takes}`, name, () =>
    placeAtOnce(target, async (content, scratch) => {
      await requireSpace(scratch, server.needsMegabytes, `building ${name} ${version}`);
      const args = buildArguments(source, join(content, server.file));
      const cwd = join(import.meta.dirname, source.folder);
      const { ok, tail } = await run(go, args, { cwd, env: buildEnvironment() });
      if (!ok) throw new Failure(`building ${name} ${version} failed; Go's last words:\n${tail}`);
    }),
  );
}

function buildArguments(source: GoSource, output: string): string[] {
  const stamps = (source.stamps ?? []).map((stamp) => `-X ${stamp}`);
  const ldflags = ['-s', '-w', ...stamps].join(' ');
  const tags = source.tags ? [`-tags=${source.tags.join(',')}`] : [];
  const modfile = source.modfile ? [`-modfile=${source.modfile}`] : [];
  const options = ['-trimpath', `-ldflags=${ldflags}`, ...tags, ...modfile];
  return ['build', ...options, '-o', output, source.package];
}

/** The same build whatever a person's own Go settings are; go.sum stays as it is committed. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const fixed = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' };
  return { ...process.env, ...fixed, GO111MODULE: 'on', GOWORK: 'off', GOOS: '', GOARCH: '' };
}
