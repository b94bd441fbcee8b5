import { isIP } from 'node:net';
import { parseGoDuration } from '../../base/duration.ts';
import { DEFAULT_INIT_PORT } from '../../wire/push.ts';
import { LOG_LEVELS, type LogLevel } from '../log.ts';
import {
  BadValueError,
  type Environment,
  type EnvironmentReader,
  environmentReader,
  type Problem,
} from './environment.ts';
import { type Pins, type ReadFile, readPins } from './pins.ts';

/** What the exchange ends in: the file that the app finds. */
export type Mode = 'token' | 'secret-id' | 'wrapped-secret-id';

export interface Settings {
  readonly roleId: string;
  readonly mode: Mode;
  readonly credentialsPath: string;
  readonly credentialsMode: number;
  /** Where the bare token goes too. */
  readonly tokenFile: string | undefined;
  /** Whether to stay beside the app, as a native sidecar, and keep its token good. */
  readonly keepRenewing: boolean;
  readonly timeoutMs: number;
  readonly logLevel: LogLevel;
  /** All addresses where undefined. */
  readonly listenAddress: string | undefined;
  readonly listenPort: number;
  /** What no push may choose; undefined where the pushes say it all. */
  readonly pins: Pins | undefined;
}

export type ReadSettings =
  | { readonly kind: 'settings'; readonly settings: Settings; readonly warnings: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const DEFAULT_CREDENTIALS_PATH = '/var/run/secrets/boostport.com';
const DEFAULT_CREDENTIALS_MODE = 0o444;
const DEFAULT_TIMEOUT_MS = 5 * 60_000;
/** The longest duration that Go knows, for which the original was made: 292 years. */
const LONGEST_TIMEOUT_MS = 2 ** 63 / 1e6;
const UNPINNED =
  'VAULT_ADDR is not set: whoever reaches this port may name the Vault that gets the role_id and that gives the app its secrets';

/** Reads the settings from the environment; every problem at once. `readFile` reads VAULT_CACERT's. */
export function readSettings(environment: Environment, readFile: ReadFile): ReadSettings {
  const reader = environmentReader(environment);
  const roleId = reader.text('VAULT_ROLE_ID');
  if (roleId === undefined) {
    reader.complain('VAULT_ROLE_ID', 'is not set: it is the role_id of the AppRole');
  }
  const mode = readMode(reader);
  const settings: Settings = {
    roleId: roleId ?? '',
    mode,
    credentialsPath: reader.text('CREDENTIALS_PATH') ?? DEFAULT_CREDENTIALS_PATH,
    credentialsMode: reader.parsed('CREDENTIALS_MODE', fileMode) ?? DEFAULT_CREDENTIALS_MODE,
    tokenFile: readTokenFile(reader, mode),
    keepRenewing: readKeepRenewing(reader, mode),
    timeoutMs: reader.parsed('TIMEOUT', timeout) ?? DEFAULT_TIMEOUT_MS,
    logLevel: reader.parsed('LOG_LEVEL', logLevel) ?? 'debug',
    listenAddress: reader.parsed('LISTEN_ADDRESS', ipAddress),
    listenPort: reader.parsed('LISTEN_PORT', port) ?? DEFAULT_INIT_PORT,
    pins: readPins(reader, readFile),
  };
  if (reader.problems.length > 0) return { kind: 'problems', problems: reader.problems };
  return { kind: 'settings', settings, warnings: warningsOf(environment, settings) };
}

function readMode(reader: EnvironmentReader): Mode {
  const [retrieveToken, unwrapSecret] = [
    isNotFalse(reader.text('RETRIEVE_TOKEN')),
    isNotFalse(reader.text('UNWRAP_SECRET')),
  ];
  if (unwrapSecret) return retrieveToken ? 'token' : 'secret-id';
  if (retrieveToken) {
    reader.complain('UNWRAP_SECRET', 'is false, so RETRIEVE_TOKEN must be false too');
  }
  return 'wrapped-secret-id';
}

/** As in the original: any other text counts as true. */
function isNotFalse(text: string | undefined): boolean {
  return text?.toLowerCase() !== 'false';
}

function readTokenFile(reader: EnvironmentReader, mode: Mode): string | undefined {
  const path = reader.text('TOKEN_FILE');
  if (path !== undefined && mode !== 'token') {
    reader.complain('TOKEN_FILE', 'is set, but no token is retrieved (RETRIEVE_TOKEN is false)');
  }
  return path;
}

function readKeepRenewing(reader: EnvironmentReader, mode: Mode): boolean {
  const keep = reader.parsed('KEEP_RENEWING', trueOrFalse) ?? false;
  if (keep && mode !== 'token') {
    reader.complain(
      'KEEP_RENEWING',
      'is true, but no token is retrieved (RETRIEVE_TOKEN is false)',
    );
  }
  return keep;
}

/** Unlike the original's switches: who mistypes it would learn so when the token has expired. */
function trueOrFalse(text: string): boolean {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw new BadValueError('is neither true nor false');
}

function fileMode(text: string): number {
  const mode = /^0?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  // The bits beyond 0664: executable, writable by all, set-id.
  if ((mode & 0o400) !== 0 && (mode & ~0o664) === 0) return mode;
  throw new BadValueError('is not an octal mode within 0664 that its owner may read, such as 0440');
}

function timeout(text: string): number {
  const ms = parseGoDuration(text);
  if (ms !== undefined && ms > 0 && ms <= LONGEST_TIMEOUT_MS) return ms;
  throw new BadValueError('is not a duration above 0, such as 5m or 1m30s');
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw new BadValueError(`is none of ${LOG_LEVELS.join(', ')}`);
}

function ipAddress(text: string): string {
  if (isIP(text) !== 0 && !text.includes('%')) return text;
  throw new BadValueError('is not an IP address');
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 65_535) return number;
  throw new BadValueError('is not a port from 1 to 65535');
}

function warningsOf(environment: Environment, { pins }: Settings): string[] {
  const warnings: string[] = [];
  for (const variable of ['RETRIEVE_TOKEN', 'UNWRAP_SECRET']) {
    const text = environment[variable] ?? '';
    if (!/^(?:true|false|)$/i.test(text)) {
      warnings.push(`${variable} is neither true nor false: taken as true`);
    }
  }
  if (pins === undefined) warnings.push(UNPINNED);
  if (pins !== undefined && /^http:/i.test(pins.address)) {
    warnings.push('VAULT_ADDR is http: whoever is on the way to Vault can read the credential');
  }
  return warnings;
}
