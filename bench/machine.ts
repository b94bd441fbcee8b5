import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What the figures depend on, for the report: pairs of a name and a value. */
export function describeMachine(): (readonly [name: string, value: string])[] {
  return [
    ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'} (${arch()})`],
    ['cores', String(availableParallelism())],
    ['memory', `${(totalmem() / 1e9).toFixed(1)} GB`],
    ['system', `${distribution()}, Linux ${release()}`],
    ['Node', process.version],
    ['load before the start', loadAverage().toFixed(2)],
  ];
}

/** Runnable tasks over the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

function distribution(): string {
  const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  return name ?? 'unknown distribution';
}

/** What figures depend on. */
const MEASURED = ['src', 'bench', 'deploy', 'e2e', 'quick-start'];

/** What is measured, and whether it has been changed since. */
export function describeCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', ...MEASURED) !== '';
  return git('rev-parse', '--short', 'HEAD') + (changed ? ', with changes not committed' : '');
}
