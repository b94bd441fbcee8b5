import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../test/support/network/machine.ts';
import { until } from '../../test/support/until.ts';
import type { Program } from '../rig/program.ts';
import type { Rig } from '../rig/rig.ts';
import type { Subject } from '../subjects/subject.ts';

const PORTS = { metrics: 9_090, health: 8_080, peer: 45_680 };
const READY_WITHIN_MS = 30_000;
/** How long one request for its readiness may take. */
const ANSWER_WITHIN_MS = 1_000;

export interface MemberParts {
  readonly rig: Rig;
  readonly subject: Subject;
  readonly machine: Machine;
  /** For configurations and logs. */
  readonly folder: string;
}

/** A machine on which a controller runs, one process after another. */
export interface Member {
  readonly name: string;
  readonly machine: Machine;
  /** Starts a controller, and waits until it acts or could. */
  start(): Promise<void>;
  /** Ends it by that signal, unless another has been sent before; resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Rejects when a controller ends by itself. */
  readonly failed: Promise<never>;
}

export function createMember({ rig, subject, machine, folder }: MemberParts): Member {
  const { name, address, enter } = machine;
  const readyUrl = `http://${address}:${PORTS.health}/readyz`;
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  let program: Program | undefined;
  let ended = Promise.resolve();
  let starts = 0;
  const isReady = async () => {
    return (await fetch(readyUrl, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).ok;
  };
  return {
    name,
    machine,
    async start() {
      starts += 1;
      const own = join(folder, `${name}-${starts}`);
      mkdirSync(own, { recursive: true });
      const pod = { name, ip: address, enter };
      const environment = { ...(await rig.environment(own)), ports: PORTS, pod };
      program = await subject.startController(environment);
      program.died.catch(failure.reject);
      const ready = until(`${name} is ready`, isReady, READY_WITHIN_MS);
      await Promise.race([ready, program.died]);
    },
    end(signal) {
      if (program !== undefined) ended = program.end(signal);
      program = undefined;
      return ended;
    },
    failed: failure.promise,
  };
}
