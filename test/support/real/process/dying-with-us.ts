import { spawnSync } from 'node:child_process';

const parentDeathSignal = ['setpriv', '--pdeathsig', 'KILL', '--'];
let wrapper: readonly string[] | undefined;

/** The words before a command that make it end even when this process is killed by SIGKILL. */
export function dyingWithUs(): readonly string[] {
  wrapper ??= isUsable(parentDeathSignal) ? parentDeathSignal : [];
  return wrapper;
}

function isUsable([program = '', ...args]: readonly string[]): boolean {
  return spawnSync(program, [...args, 'true']).status === 0;
}
