import { readFileSync } from 'node:fs';

/**
 * The version, without its `v`, that the tools module in `folder` (beside this file) requires of
 * `module`: go.mod, or the file that is taken for it, is the one place that says it.
 */
export function goModuleVersion(folder: string, module: string, modfile = 'go.mod'): string {
  for (const line of linesOf(folder, modfile)) {
    const [name, version] = line
      .replace(/^require /, '')
      .trim()
      .split(/\s+/);
    if (name === module && version?.startsWith('v')) return version.slice(1);
  }
  throw new Error(`tools/servers/${folder}/${modfile} requires no ${module}`);
}

/** The oldest Go, as `1.26.6`, that the tools module in `folder` can be built with. */
export function oldestGo(folder: string): string {
  const line = linesOf(folder, 'go.mod').find((one) => one.startsWith('go '));
  if (line === undefined) throw new Error(`tools/servers/${folder}/go.mod names no version of Go`);
  return line.slice('go '.length).trim();
}

function linesOf(folder: string, modfile: string): string[] {
  return readFileSync(new URL(`./${folder}/${modfile}`, import.meta.url), 'utf8').split('\n');
}
