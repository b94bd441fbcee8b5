import { Secret } from '../../../src/base/secret.ts';
import { startTokenKeeper, type TokenKeeper } from '../../../src/vault/own-token/keeper.ts';
import { fixedToken, tokenInFile } from '../../../src/vault/own-token/sources/given.ts';
import { appRoleLogin } from '../../../src/vault/own-token/sources/logins.ts';
import type { TokenSource } from '../../../src/vault/own-token/token-source.ts';
import type { TokenReport } from '../../../src/vault/own-token/upkeep/messages.ts';
import { seededRandom } from '../seeded-random.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';
import { type InMemoryVault, inMemoryVault } from './in-memory-vault.ts';

const OWN = 'kubernetes-vault';
const TOKEN_FILE = '/run/token';
const SECRET_ID_FILE = '/run/secret-id';

const PATHS = {
  'look-up': 'auth/token/lookup-self',
  renew: 'auth/token/renew-self',
  'log-in': 'auth/approle/login',
} as const;

/** A keeper, the embedded Vault and files, all on virtual time. */
export interface OwnTokenRig {
  readonly clock: VirtualClock;
  readonly vault: InMemoryVault;
  readonly reports: TokenReport[];
  readonly keeper: TokenKeeper;
  /** How `ready` was settled, once it is. */
  readonly start: { outcome: 'ready' | Error | undefined };
  /** Whether Vault itself takes the keeper's token, now. */
  isGood(): boolean;
  /** When the keeper asked Vault so. */
  askedAt(what: keyof typeof PATHS): number[];
  /** Makes a token as the controller's should be; with `but` in the body. */
  newToken(but?: object): string;
  revoke(token: string): void;
  writeToken(token: string | undefined): void;
  writeSecretId(secretId: string | undefined): void;
  newSecretId(): string;
  passes(ms: number): Promise<void>;
}

export interface RigOptions {
  readonly source: 'fixed' | 'file' | 'approle';
  readonly anyMaker?: boolean;
  /** The period of tokens that are made; of those that a login gives, the TTL. */
  readonly seconds?: number;
  /** Instead of a fresh one. */
  readonly firstToken?: (rig: Pick<OwnTokenRig, 'newToken' | 'vault'>) => string;
  /** In the file of the secret_id, instead of one. */
  readonly firstSecretId?: string;
  /** Happens before the keeper starts. */
  readonly before?: (vault: InMemoryVault, clock: VirtualClock) => void;
}

export function ownTokenRig(options: RigOptions): OwnTokenRig {
  const clock = virtualClock(1_000_000);
  const vault = inMemoryVault(clock);
  const files = new Map<string, string>();
  const reports: TokenReport[] = [];
  const { seconds = 20 } = options;
  setUp(vault, seconds);
  const newToken = (but: object = {}) => tokenOf(vault, `auth/token/create/${OWN}`, but);
  const newSecretId = () => {
    const made = vault.asRoot('POST', `auth/approle/role/${OWN}/secret-id`);
    return (made as { data: { secret_id: string } }).data.secret_id;
  };
  const write = (path: string, text: string | undefined) => {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
  };
  const first = (options.firstToken ?? ((rig) => rig.newToken()))({ newToken, vault });
  write(TOKEN_FILE, `${first}\n`);
  write(SECRET_ID_FILE, options.firstSecretId ?? newSecretId());
  options.before?.(vault, clock);
  const source = sourceOf(options, { first, vault, clock, files });
  const keeper = startTokenKeeper({
    client: vault.client,
    source,
    anyMaker: options.anyMaker ?? false,
    clock,
    random: seededRandom(7),
    report: (report) => void reports.push(report),
  });
  const start: OwnTokenRig['start'] = { outcome: undefined };
  void keeper.ready.then(
    () => {
      start.outcome = 'ready';
    },
    (error: Error) => {
      start.outcome = error;
    },
  );
  return {
    clock,
    vault,
    reports,
    keeper,
    start,
    isGood: () => isGood(vault, keeper.token()),
    askedAt: (what) =>
      vault.requests.filter(({ path }) => path === PATHS[what]).map(({ at }) => at),
    newToken,
    revoke: (token) => void vault.asRoot('POST', 'auth/token/revoke', { token }),
    writeToken: (token) => write(TOKEN_FILE, token),
    writeSecretId: (secretId) => write(SECRET_ID_FILE, secretId),
    newSecretId,
    passes: (ms) => clock.advanceAsync(ms),
  };
}

function setUp({ asRoot }: InMemoryVault, seconds: number): void {
  const policy = `path "auth/token/roles/${OWN}" { capabilities = ["read"] }`;
  asRoot('POST', `sys/policies/acl/${OWN}`, { policy });
  const role = { allowed_policies: [OWN], orphan: true, token_period: `${seconds}s` };
  asRoot('POST', `auth/token/roles/${OWN}`, role);
  asRoot('POST', 'sys/auth/approle', { type: 'approle' });
  const appRole = { token_policies: [OWN], token_ttl: `${seconds}s`, role_id: 'own-role-id' };
  asRoot('POST', `auth/approle/role/${OWN}`, appRole);
}

export function tokenOf({ asRoot }: InMemoryVault, path: string, but: object): string {
  const made = asRoot('POST', path, { policies: [OWN], ...but });
  return (made as { auth: { client_token: string } }).auth.client_token;
}

function sourceOf(
  { source }: RigOptions,
  about: {
    readonly first: string;
    readonly vault: InMemoryVault;
    readonly clock: VirtualClock;
    readonly files: ReadonlyMap<string, string>;
  },
): TokenSource {
  const { first, vault, clock, files } = about;
  const read = async (path: string) => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    return text;
  };
  if (source === 'fixed') return fixedToken(new Secret(first));
  if (source === 'file') return tokenInFile(TOKEN_FILE, { read, clock, random: seededRandom(5) });
  const credentials = { mount: 'approle', roleId: 'own-role-id', secretIdFile: SECRET_ID_FILE };
  return appRoleLogin(vault.client, credentials, read);
}

function isGood({ server }: InMemoryVault, token: Secret | undefined): boolean {
  const path = PATHS['look-up'];
  return server.call({ method: 'GET', path, token: token?.reveal() }).status === 200;
}

/** What was reported, in its order. */
export function kinds({ reports }: OwnTokenRig): string[] {
  return reports.map(({ kind }) => kind);
}

/** What the keeper says of the token, in a word. */
export function standing({ keeper }: OwnTokenRig): string {
  return keeper.standing().kind;
}

/** How many reports there were of a kind. */
export function count({ reports }: OwnTokenRig, kind: string): number {
  return reports.filter((report) => report.kind === kind).length;
}
