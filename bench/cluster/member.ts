import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../test/support/network/machine.ts';
import { sampleOf } from '../../test/support/telemetry/read-metrics.ts';
import { scrape } from '../../test/support/telemetry/scrape.ts';
import { until } from '../../test/support/until.ts';
import type { Program } from '../rig/program.ts';
import type { Rig } from '../rig/rig.ts';
import type { RaftEnvironment, Subject } from '../subjects/subject.ts';
import type { Service } from './service.ts';

const PORTS = { metrics: 9_090, health: 8_080, peer: 45_680 };
/** Twenty that start at once on a small machine take a while. */
const READY_WITHIN_MS = 60_000;
/** How long one request for its readiness may take. */
const ANSWER_WITHIN_MS = 1_000;

export interface MemberParts {
  readonly rig: Rig;
  readonly subject: Subject;
  readonly machine: Machine;
  readonly service: Service;
  /** Where it elects by Raft. */
  readonly raft: RaftEnvironment | undefined;
  /** For configurations and logs. */
  readonly folder: string;
}

/** A machine on which a controller runs, one process after another: a pod. */
export interface Member {
  readonly name: string;
  readonly machine: Machine;
  /** What it keeps for Raft; undefined where it elects by the Lease. */
  readonly raftDir: string | undefined;
  /** The process that runs now. @throws Error where none does */
  pid(): number;
  /** Starts a controller, and waits until it acts or could. */
  start(): Promise<void>;
  /** Waits until it acts or could. */
  ready(): Promise<void>;
  /**
   * Ends it by that signal, unless another has been sent before; resolves when it has ended. The pod
   * of one that was not told to stop is still there.
   */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Whatever was done to it, it is plugged in, and a new controller runs and is ready. */
  revive(): Promise<void>;
  /** Whether a controller runs that says of itself that it acts. @throws Error where it says nothing */
  acts(): Promise<boolean>;
  /** Rejects when a controller ends by itself. */
  readonly failed: Promise<never>;
}

export function createMember(parts: MemberParts): Member {
  const { rig, subject, machine, service, raft, folder } = parts;
  const { name, address, enter } = machine;
  const readyUrl = `http://${address}:${PORTS.health}/readyz`;
  const metricsUrl = `http://${address}:${PORTS.metrics}/metrics`;
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  let program: Program | undefined;
  let ended = Promise.resolve();
  let starts = 0;
  const isReady = async () => {
    return (await fetch(readyUrl, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).ok;
  };
  const stop = async (running: Program, signal: NodeJS.Signals) => {
    await running.end(signal);
    if (signal === 'SIGTERM') await service.leave({ name, address });
  };
  const member: Member = {
    name,
    machine,
    raftDir: raft?.raftDir,
    pid() {
      if (program === undefined) throw new Error(`no controller runs on ${name}`);
      return program.pid;
    },
    async start() {
      starts += 1;
      const own = join(folder, `${name}-${starts}`);
      mkdirSync(own, { recursive: true });
      const pod = { name, ip: address, enter };
      const environment = { ...(await rig.environment(own)), ports: PORTS, pod, raft };
      await service.enter({ name, address });
      program = await subject.startController(environment);
      program.died.catch(failure.reject);
      await member.ready();
    },
    async ready() {
      const ready = until(`${name} is ready`, isReady, READY_WITHIN_MS);
      await Promise.race([ready, failure.promise]);
    },
    end(signal) {
      if (program !== undefined) ended = stop(program, signal);
      program = undefined;
      return ended;
    },
    async revive() {
      await member.end('SIGKILL');
      await machine.plugIn();
      await member.start();
    },
    async acts() {
      try {
        return sampleOf((await scrape(metricsUrl)).text, 'election_acting') === 1;
      } catch (error) {
        if (program === undefined) return false;
        throw error;
      }
    },
    failed: failure.promise,
  };
  return member;
}
