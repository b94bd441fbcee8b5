import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { heldFile, pidFile } from './control.ts';
import { inState, logOf } from './layout.ts';
import { type Program, searchPath } from './programs.ts';

const RESTART_AFTER_MS = 500;

/** Runs a program, and again whenever it ends, as a machine's init does; see `control.ts`. */
export function supervise(program: Program): void {
  mkdirSync(inState('logs'), { recursive: true });
  mkdirSync(inState('pids'), { recursive: true });
  mkdirSync(inState('held'), { recursive: true });
  keepRunning(program).catch((error) => {
    throw new Error(`${program.name} cannot be started`, { cause: error });
  });
}

async function keepRunning(program: Program): Promise<never> {
  for (;;) {
    const child = start(program);
    writeFileSync(pidFile(program.name), String(child.pid));
    await once(child, 'exit');
    console.log(`${program.name} ended: ${child.signalCode ?? child.exitCode}`);
    do await sleep(RESTART_AFTER_MS);
    while (existsSync(heldFile(program.name)));
  }
}

function start({ name, args }: Program): ChildProcess {
  const log = openSync(logOf(name), 'a');
  const env = { PATH: searchPath(), HOME: inState() };
  const child = spawn(findBinary(name), args, { cwd: inState(), env, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}
