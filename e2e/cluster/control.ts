import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerName } from '../../tools/servers/table.ts';
import { inState } from './layout.ts';

/** The file with the id, in the cluster's process namespace, of a program of the node. */
export function pidFile(program: ServerName): string {
  return inState('pids', program);
}

/** While this file is there the program is not started again. */
export function heldFile(program: ServerName): string {
  return inState('held', program);
}

/** Sends a signal to a program of the node: what ends is started again at once. */
export function signalProgram(program: ServerName, signal: NodeJS.Signals): void {
  process.kill(Number(readFileSync(pidFile(program), 'utf8')), signal);
}

/** Ends a program without warning, and keeps it from being started until `releaseProgram`. */
export function holdProgram(program: ServerName): void {
  writeFileSync(heldFile(program), '');
  signalProgram(program, 'SIGKILL');
}

export function releaseProgram(program: ServerName): void {
  rmSync(heldFile(program));
}
