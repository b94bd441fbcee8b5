import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { untar } from '../images/engine/archive.ts';
import { packCompressed } from './pack.ts';
import type { Place } from './place.ts';
import { tool } from './tool.ts';

/** Packages the Helm chart, packed anew: helm writes the time of the day into each file's header. */
export async function releaseChart({ checkout, content, scratch, time, version }: Place) {
  const [made, unpacked] = [join(scratch, 'helm'), join(scratch, 'chart')];
  const chart = join(checkout, 'deploy', 'helm', 'kubernetes-vault');
  await tool('helm', ['package', chart, '--destination', made], scratch);
  const [archive = ''] = globSync('*.tgz', { cwd: made });
  await untar(join(made, archive), unpacked);
  const folder = join(content, 'chart');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `kubernetes-vault-${version}.tgz`);
  await packCompressed(unpacked, file, time);
}
