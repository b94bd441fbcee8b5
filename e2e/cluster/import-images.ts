import { command } from '../../test/support/network/own-network.ts';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { snapshotter } from './configure.ts';

/**
 * Gives the node the images of an archive: pods find them under their names, and pull nothing.
 * @param entering the words that make a command run on the node, where this process does not
 */
export async function importImages(
  archive: string,
  entering: readonly string[] = [],
): Promise<void> {
  const ctr = [findBinary('ctr'), '--namespace=k8s.io', 'images', 'import'];
  const words = [...entering, ...ctr, '--snapshotter', snapshotter(), archive];
  const [program = '', ...args] = words;
  await command(program, ...args);
}
