import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundledPackages } from './bundled-packages.ts';
import { levelFiles } from './level-files.ts';
import type { ImageOfProgram } from './programs.ts';

/** In an image there is no env(1), and a first line takes one argument. */
const FIRST_LINE = '#!/usr/bin/node';

/**
 * Writes one program's layer into the empty folder `root`: its bundles in /app, its name as a command
 * (`kubectl exec … -- kubernetes-vault doctor`), and the licences of what was bundled.
 * @param seconds the time of all files, since 1970
 */
export function writeProgramFiles(
  root: string,
  { name, bundles }: ImageOfProgram,
  checkout: string,
  seconds: number,
): void {
  const [app, commands, licences] = ['app', 'usr/bin', `usr/share/doc/${name}`].map((folder) =>
    join(root, folder),
  ) as [string, string, string];
  for (const folder of [app, commands, licences]) mkdirSync(folder, { recursive: true });
  const [program, ...others] = bundles;
  const dist = (bundle: string) => join(checkout, 'dist', `${bundle}.mjs`);
  const text = withFirstLine(readFileSync(dist(program), 'utf8'));
  writeFileSync(join(app, `${program}.mjs`), text, { mode: 0o755 });
  for (const bundle of others) copyFileSync(dist(bundle), join(app, `${bundle}.mjs`));
  symlinkSync(`../../app/${program}.mjs`, join(commands, name));
  writeFileSync(join(licences, 'copyright'), licencesOf(bundles, checkout));
  levelFiles(root, seconds);
}

/** The program with a first line by which the image's kernel finds Node. */
export function withFirstLine(program: string): string {
  return program.replace(/^#!.*/, FIRST_LINE);
}

function licencesOf(bundles: readonly string[], checkout: string): string {
  const own = readFileSync(join(checkout, 'LICENSE'), 'utf8');
  const others = bundledPackages(checkout, bundles).map((folder) => {
    const file = readdirSync(join(checkout, folder)).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? '' : readFileSync(join(checkout, folder, file), 'utf8');
    return `\n==== ${folder.replace(/^.*node_modules\//, '')}\n\n${text}`;
  });
  return [own, ...others].join('\n');
}
