import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The name of the file that holds the checksums of a release. */
export const CHECKSUMS = 'SHA256SUMS';

/** The SHA-256 of every file in `folder`, as `sha256sum --check` reads it there. */
export async function checksums(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const name of filesIn(folder)) lines.push(`${await sha256(join(folder, name))}  ${name}\n`);
  return lines.join('');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== CHECKSUMS)
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** The names of files that are in one of two lists of checksums alone, or differ. */
export function differences(one: string, other: string): string[] {
  const [ofOne, ofOther] = [sumsByName(one), sumsByName(other)];
  const names = new Set([...ofOne.keys(), ...ofOther.keys()]);
  return [...names].filter((name) => ofOne.get(name) !== ofOther.get(name)).sort();
}

function sumsByName(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
