import type { AddressInfo } from 'node:net';
import { type Cancel, type Clock, pause } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { hostPort } from '../base/ip.ts';
import { messageOf } from '../base/message-of.ts';
import type { Random } from '../base/random.ts';
import type { Answer } from '../wire/answer.ts';
import { createIntake, type Intake } from './admission/intake.ts';
import { targets } from './admission/target.ts';
import { checkToken } from './admission/token-check.ts';
import { CredentialFileError, requireDirectories } from './exchange/credential-files.ts';
import { type DeliverParts, deliver } from './exchange/deliver.ts';
import type { Files } from './exchange/files.ts';
import { createLog, type Log } from './log.ts';
import { createReceiver, type Receiver } from './receiver/receiver.ts';
import { createSidecar, type Sidecar, type SidecarEnd } from './renewal/sidecar.ts';
import { type SelfSigned, selfSignedCertificate } from './self-signed-certificate.ts';
import type { Environment } from './settings/environment.ts';
import type { ReadFile } from './settings/pins.ts';
import { readSettings, type Settings } from './settings/settings.ts';

/** What the init container takes from its machine. */
export interface Machine {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly readFile: ReadFile;
  /** The addresses that the controller may know this pod by. */
  readonly ownAddresses: () => readonly string[];
  readonly writeLine: (line: string) => void;
  /** From when it is called, SIGTERM does not end the process at once, but resolves this. */
  readonly takeStop: () => Promise<void>;
}

/** `spent`: a native sidecar ends, so that another token is pushed when it starts again. */
export const EXIT = { written: 0, failed: 1, badSettings: 2, spent: 3 } as const;
const EXIT_OF: Readonly<Record<SidecarEnd, number>> = {
  revoked: EXIT.written,
  'not-revoked': EXIT.failed,
  spent: EXIT.spent,
};

/** A peer that does not read its answer delays the pod by no more than this. */
const FLUSH_MS = 2_000;

/**
 * The whole life of the init container: waits for a push, exchanges it, writes the credential, and as a
 * native sidecar keeps the token good for as long as the pod lives. Resolves with the exit code; what went wrong is in the log.
 */
export async function run(machine: Machine): Promise<number> {
  const { clock, writeLine } = machine;
  const read = readSettings(machine.environment, machine.readFile);
  if (read.kind === 'problems') {
    const log = createLog('error', clock, writeLine);
    for (const { variable, problem } of read.problems) {
      log.error({ variable }, `${variable} ${problem}`);
    }
    return EXIT.badSettings;
  }
  const { settings, warnings } = read;
  const log = createLog(settings.logLevel, clock, writeLine);
  for (const warning of warnings) log.warn({}, warning);
  try {
    requireDirectories(machine.files, settings);
    return await serve(machine, settings, log);
  } catch (error) {
    if (!(error instanceof CredentialFileError || error instanceof ListenError)) throw error;
    log.error({}, error.message);
    return EXIT.failed;
  }
}

async function serve(machine: Machine, settings: Settings, log: Log): Promise<number> {
  const { clock } = machine;
  const startedAt = clock.now();
  const sidecar = settings.keepRenewing ? createSidecar({ ...machine, settings, log }) : undefined;
  const intake = anIntake(machine, settings, log, sidecar);
  const seen: Seen = { pushes: 0, last: undefined };
  const receiver = createReceiver({
    identity: anIdentity(machine, settings),
    log,
    ...(sidecar === undefined ? {} : { unready: sidecar.unready }),
    async take(push) {
      seen.pushes += 1;
      const answer = await intake.submit(push);
      if (answer.result !== 'busy' && answer.result !== 'done') seen.last = answer;
      return answer;
    },
  });
  const { address, port } = await listen(receiver, settings);
  const { mode, timeoutMs } = settings;
  const pinned = settings.pins !== undefined;
  log.info(
    { address: hostPort(address, port), mode, timeout: formatDuration(timeoutMs), pinned },
    'waiting for the controller to push a wrapped secret_id',
  );
  const last = await outcome(intake, clock, startedAt + timeoutMs, log);
  if (last === undefined) log.error({}, timeoutMessage(settings, seen));
  else if (last.result !== 'exchanged') log.error({}, last.reason);
  await Promise.race([receiver.drained(), pause(clock, FLUSH_MS)]);
  const code = last?.result === 'exchanged' ? await codeOf(sidecar) : EXIT.failed;
  receiver.close();
  return code;
}

async function codeOf(sidecar: Sidecar | undefined): Promise<number> {
  return sidecar === undefined ? EXIT.written : EXIT_OF[await sidecar.ended];
}

function anIntake(
  machine: Machine,
  settings: Settings,
  log: Log,
  sidecar: Sidecar | undefined,
): Intake {
  const { clock, random, files } = machine;
  const written: DeliverParts['written'] = (...what) => sidecar?.begin(...what);
  return createIntake({
    clock,
    random,
    log,
    targetOf: targets(settings.pins, clock),
    lookUp: ({ push, target }, options) => checkToken(push, target, log, options),
    exchange: (job) => deliver({ clock, random, files, settings, log, written }, job),
  });
}

function anIdentity(machine: Machine, { listenAddress, timeoutMs }: Settings): SelfSigned {
  return selfSignedCertificate({
    addresses: listenAddress === undefined ? machine.ownAddresses() : [listenAddress],
    now: machine.clock.wallClock(),
    validForMs: timeoutMs,
  });
}

/** The port cannot be listened on. */
class ListenError extends Error {
  override readonly name = 'ListenError';
}

async function listen(receiver: Receiver, settings: Settings): Promise<AddressInfo> {
  const { listenAddress, listenPort } = settings;
  try {
    return await receiver.listen(listenAddress, listenPort);
  } catch (cause) {
    const where = hostPort(listenAddress ?? '', listenPort);
    throw new ListenError(`cannot listen on ${where}: ${messageOf(cause)}`, { cause });
  }
}

/** The answer that ended the work, or undefined after `until`; an exchange that is under way then may end. */
async function outcome(
  intake: Intake,
  clock: Clock,
  until: number,
  log: Log,
): Promise<Answer | undefined> {
  const { promise: timedOut, resolve } = Promise.withResolvers<undefined>();
  let cancel: Cancel = () => {};
  const wait = () => {
    if (clock.now() >= until) {
      log.debug({}, 'the time is up (TIMEOUT); an exchange that is under way may end');
      void intake.idle().then(() => resolve(undefined));
      // A timer of more than 24 days wakes early.
    } else cancel = clock.callAt(until, wait);
  };
  wait();
  return await Promise.race([intake.ended, timedOut]).finally(() => cancel());
}

/** What came in vain before the time was up. */
interface Seen {
  pushes: number;
  last: Answer | undefined;
}

function timeoutMessage({ timeoutMs, listenPort }: Settings, { pushes, last }: Seen): string {
  const time = formatDuration(timeoutMs);
  if (last !== undefined) {
    return `no credential after ${time} (TIMEOUT); pushes: ${pushes}, the last answered with ${last.result}: ${last.reason}`;
  }
  return [
    `no push after ${time} (TIMEOUT). Check that`,
    "the pod's annotation pod.boostport.com/vault-approle names a role,",
    "the pod's annotation pod.boostport.com/vault-init-container names this init container,",
    "the controller watches this pod's namespace (kubernetes.watchNamespace) and authorization allows it,",
    'the controller is running and its log names no problem with this pod or role,',
    `and no network policy keeps the controller from TCP port ${listenPort} of this pod.`,
  ].join(' ');
}
