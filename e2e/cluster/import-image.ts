import { command } from '../../test/support/network/own-network.ts';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { snapshotter } from './configure.ts';

/** Gives the node an image's archive: pods find it under its name, and need not pull it. */
export async function importImage(archive: string): Promise<void> {
  const what = ['--snapshotter', snapshotter(), archive];
  await command(findBinary('ctr'), '--namespace=k8s.io', 'images', 'import', ...what);
}
