import type { Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import { createIntake } from '../../../src/init/admission/intake.ts';
import { checkToken } from '../../../src/init/admission/token-check.ts';
import { deliver } from '../../../src/init/exchange/deliver.ts';
import type { Files } from '../../../src/init/exchange/files.ts';
import type { Log } from '../../../src/init/log.ts';
import type { Settings } from '../../../src/init/settings/settings.ts';
import type { Answer } from '../../../src/wire/answer.ts';
import { parsePush } from '../../../src/wire/push.ts';
import { ROLE_ID, type SimVault } from './sim-vault.ts';

/** One start of an init container: the real one's admission and exchange, without its TLS server. */
export interface SimInitContainer {
  /** The answer to the body of a push. */
  receive(body: string): Promise<Answer>;
  /** Whether anybody listens. */
  readonly isListening: boolean;
  /** What stands in `vault-token`, once it does. */
  readonly credential: string | undefined;
  /** Ends it from outside, as a kubelet does. */
  kill(): void;
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const DIRECTORY = '/credentials';

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: SimVault;
  readonly role: string;
  readonly timeoutMs: number;
  readonly onExit: (exitCode: number) => void;
}

export function startInitContainer(parts: Parts): SimInitContainer {
  const { clock, random, vault, role, timeoutMs, onExit } = parts;
  const files = new Map<string, string>();
  const settings: Settings = {
    roleId: ROLE_ID(role),
    mode: 'token',
    credentialsPath: DIRECTORY,
    credentialsMode: 0o444,
    tokenFile: undefined,
    keepRenewing: false,
    timeoutMs,
    logLevel: 'error',
    listenAddress: undefined,
    listenPort: 50_000,
    pins: undefined,
  };
  let phase: 'starting' | 'listening' | 'over' = 'starting';
  const client = vault.client(undefined);
  const target = {
    vault: client,
    address: 'https://vault:8200',
    ca: undefined,
    mount: 'approle',
    role: undefined,
    release: () => {},
    lasting: () => client,
  };
  const deliverParts = {
    clock,
    random,
    settings,
    files: filesIn(files),
    log: SILENT,
    written: () => {},
  };
  const intake = createIntake({
    clock,
    random,
    log: SILENT,
    targetOf: () => target,
    lookUp: (job, options) => checkToken(job.push, job.target, SILENT, options),
    exchange: (job) => deliver(deliverParts, job),
  });
  const exit = (exitCode: number) => {
    if (phase === 'over') return;
    phase = 'over';
    cancelTimeout();
    onExit(exitCode);
  };
  const cancelStart = clock.callAt(clock.now() + 20 + random() * 60, () => {
    phase = 'listening';
  });
  const cancelTimeout = clock.callAt(clock.now() + timeoutMs, () => {
    void intake.idle().then(() => exit(files.has(CREDENTIAL) ? 0 : 1));
  });
  void intake.ended.then(({ result }) =>
    // The answer is flushed first.
    clock.callAt(clock.now() + 2, () => exit(result === 'exchanged' ? 0 : 1)),
  );
  return {
    receive: (body) => intake.submit(parsePush(body)),
    get isListening() {
      return phase === 'listening';
    },
    get credential() {
      return files.get(CREDENTIAL);
    },
    kill() {
      phase = 'over';
      cancelStart();
      cancelTimeout();
    },
  };
}

const CREDENTIAL = `${DIRECTORY}/vault-token`;

function filesIn(files: Map<string, string>): Files {
  return {
    requireWritable: () => {},
    create: (path, content) => void files.set(path, content),
    rename(from, to) {
      files.set(to, files.get(from) ?? '');
      files.delete(from);
    },
    remove: (path) => void files.delete(path),
  };
}
