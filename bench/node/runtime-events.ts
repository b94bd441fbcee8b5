import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findBinary } from '../../test/support/real/process/binaries.ts';

/** When the runtime says that a container's process was started and ended, in milliseconds of the wall clock. */
export interface Life {
  readonly started?: number;
  readonly ended?: number;
}

/** A log of the container runtime's events. */
export interface RuntimeEvents extends Disposable {
  lifeOf(container: string): Life;
}

/** Follows containerd, whose own clock stamps each event. */
export function followRuntime(): RuntimeEvents {
  const lives = new Map<string, Life>();
  const args = ['--namespace=k8s.io', 'events'];
  const child = spawn(findBinary('ctr'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface(child.stdout).on('line', (line) => {
    const event = parseRuntimeEvent(line);
    if (event === undefined) return;
    const { container, moment, at } = event;
    lives.set(container, { ...lives.get(container), [moment]: at });
  });
  return {
    lifeOf: (container) => lives.get(container) ?? {},
    [Symbol.dispose]: () => child.kill(),
  };
}

const MOMENTS: Readonly<Record<string, keyof Life>> = {
  '/tasks/start': 'started',
  '/tasks/exit': 'ended',
};
const LINE = /^(\S+) (\d\d:\d\d:\d\d)(\.\d+)? (\S+) \S+ \S+ (\S+) (\{.*\})$/;

/**
 * Reads a line of `ctr events`, such as
 * `2026-01-31 12:00:00.5 +0000 UTC k8s.io /tasks/start {"container_id":"0a1b","pid":7}`; undefined
 * where it says neither start nor end.
 */
export function parseRuntimeEvent(line: string) {
  const [, day, time, fraction = '0', offset, topic = '', body = ''] = LINE.exec(line) ?? [];
  const moment = MOMENTS[topic];
  if (moment === undefined) return undefined;
  const { container_id: container } = JSON.parse(body) as { readonly container_id: string };
  const at = Date.parse(`${day}T${time}${offset}`) + Number(fraction) * 1_000;
  return { container, moment, at };
}
