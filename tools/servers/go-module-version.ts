import { readFileSync } from 'node:fs';

/**
 * The version, without its `v`, that the tools module in `folder` (beside this file) requires of
 * `module`: go.mod is the one place that says it.
 */
export function goModuleVersion(folder: string, module: string): string {
  const text = readFileSync(new URL(`./${folder}/go.mod`, import.meta.url), 'utf8');
  for (const line of text.split('\n')) {
    const [name, version] = line
      .replace(/^require /, '')
      .trim()
      .split(/\s+/);
    if (name === module && version?.startsWith('v')) return version.slice(1);
  }
  throw new Error(`tools/servers/${folder}/go.mod requires no ${module}`);
}
