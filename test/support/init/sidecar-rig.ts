import { Secret } from '../../../src/base/secret.ts';
import type { Target } from '../../../src/init/admission/target.ts';
import type { Files } from '../../../src/init/exchange/files.ts';
import { createLog } from '../../../src/init/log.ts';
import { createSidecar, type Sidecar, type SidecarEnd } from '../../../src/init/renewal/sidecar.ts';
import { readSettings } from '../../../src/init/settings/settings.ts';
import type { ClientToken } from '../../../src/vault/login/log-in.ts';
import { seededRandom } from '../seeded-random.ts';
import { type InMemoryVault, inMemoryVault } from '../vault/in-memory-vault.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

const DIRECTORY = '/credentials';

interface Options {
  /** Of the app's token, in seconds; renewals give it again. */
  readonly ttl: number;
  /** The age, in seconds, at which the token ends whatever is renewed. */
  readonly maxTtl?: number;
  readonly renewable?: boolean;
  /** Whether the app has its token already; true by default. */
  readonly begun?: boolean;
}

/** What runs beside an app that has its token, with the embedded Vault and its files, on virtual time. */
export interface SidecarRig {
  readonly clock: VirtualClock;
  readonly vault: InMemoryVault;
  readonly sidecar: Sidecar;
  /** The credential is written. */
  begin(): void;
  /** Lines of the log, as objects. */
  readonly log: readonly { readonly level: string; readonly msg: string }[];
  /** How it has ended, once it has. */
  end(): SidecarEnd | undefined;
  /** Whether Vault takes the token now. */
  isGood(): boolean;
  revoke(): void;
  /** SIGTERM. */
  stop(): void;
  /** `vault-token`, as last written since the credential was; undefined where it was not. */
  rewritten(): { readonly leaseDuration: number } | undefined;
  /** Lets every write to the volume fail. */
  fillDisk(): void;
  /** How often, and when, Vault was asked to renew: ms since the token was had. */
  renewals(): number[];
  passes(ms: number): Promise<void>;
}

export async function sidecarRig({
  ttl,
  maxTtl = 0,
  renewable = true,
  begun = true,
}: Options): Promise<SidecarRig> {
  const clock = virtualClock(1_000_000);
  const startedAt = clock.now();
  const vault = inMemoryVault(clock);
  const lines: { level: string; msg: string }[] = [];
  const log = createLog('debug', clock, (line) => void lines.push(JSON.parse(line)));
  const disk = filesInMemory();
  const token = tokenOf(vault, { ttl: `${ttl}s`, explicit_max_ttl: `${maxTtl}s`, renewable });
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const sidecar = createSidecar({
    settings: settings(),
    files: disk.files,
    clock,
    random: seededRandom(3),
    log,
    takeStop: () => stopped,
  });
  let end: SidecarEnd | undefined;
  void sidecar.ended.then((it) => {
    end = it;
  });
  const begin = () => sidecar.begin({ kind: 'token', token }, targetOn(vault));
  if (begun) begin();
  await clock.advanceAsync(0);
  const body = { token: token.token.reveal() };
  return {
    clock,
    vault,
    sidecar,
    begin,
    log: lines,
    end: () => end,
    isGood: () => {
      const asked = { method: 'GET' as const, path: 'auth/token/lookup-self', token: body.token };
      return vault.server.call(asked).status === 200;
    },
    revoke: () => void vault.asRoot('POST', 'auth/token/revoke', body),
    stop: () => stop(),
    rewritten() {
      const text = disk.texts.get(`${DIRECTORY}/vault-token`);
      return text === undefined ? undefined : JSON.parse(text);
    },
    fillDisk: disk.fill,
    renewals: () =>
      vault.requests
        .filter(({ path }) => path === 'auth/token/renew-self')
        .map(({ at }) => at - startedAt),
    passes: (ms) => clock.advanceAsync(ms),
  };
}

function settings() {
  const environment = {
    VAULT_ROLE_ID: 'role-id',
    KEEP_RENEWING: 'true',
    CREDENTIALS_PATH: DIRECTORY,
  };
  const read = readSettings(environment, () => '');
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

function tokenOf({ asRoot }: InMemoryVault, but: object): ClientToken {
  const made = asRoot('POST', 'auth/token/create', { policies: ['default'], ...but });
  const { auth } = made as {
    auth: { client_token: string; lease_duration: number; renewable: boolean };
  };
  return {
    token: new Secret(auth.client_token),
    accessor: 'accessor',
    leaseDurationSeconds: auth.lease_duration,
    renewable: auth.renewable,
  };
}

function targetOn({ client }: InMemoryVault): Target {
  return {
    vault: client,
    address: 'https://vault',
    ca: undefined,
    mount: 'approle',
    role: undefined,
    release() {},
    lasting: () => client,
  };
}

function filesInMemory() {
  const texts = new Map<string, string>();
  let isFull = false;
  const files: Files = {
    requireWritable() {},
    create(path, content) {
      if (isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      texts.set(path, content);
    },
    rename(from, to) {
      texts.set(to, texts.get(from) ?? '');
      texts.delete(from);
    },
    remove: (path) => void texts.delete(path),
  };
  return {
    files,
    texts,
    fill: () => {
      isFull = true;
    },
  };
}
