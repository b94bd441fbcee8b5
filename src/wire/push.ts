import { Secret } from '../base/secret.ts';

/** The port an init container listens on unless its pod's annotation names another. */
export const DEFAULT_INIT_PORT = 50_000;
/** The largest push an init container reads. */
export const LARGEST_PUSH_BYTES = 1024 * 1024;

/** What a controller pushes to an init container: `POST /`, `content-type: application/json`. */
export interface Push {
  /** The response-wrapping token around the secret_id. */
  readonly token: Secret;
  /** When Vault made the token, RFC 3339, by Vault's clock. */
  readonly creationTime: string;
  /** The wrapping token's TTL in seconds. */
  readonly ttl: number;
  readonly vaultAddr: string;
  /** The PEM bundle that verifies Vault, if it needs one. */
  readonly vaultCas?: string;
  readonly role?: string;
  readonly appRoleMount?: string;
  readonly vaultNamespace?: string;
}

/** The push's body. Field names and order are the original's, then ours, which old init containers ignore. */
export function encodePush(push: Push): string {
  return JSON.stringify({
    token: push.token.reveal(),
    creationTime: push.creationTime,
    ttl: push.ttl,
    vaultAddr: push.vaultAddr,
    vaultCAs: push.vaultCas === undefined ? null : Buffer.from(push.vaultCas).toString('base64'),
    role: push.role,
    appRoleMount: push.appRoleMount,
    vaultNamespace: push.vaultNamespace,
  });
}

/** A push body that is none; the message names the field and repeats nothing of the body. */
export class BadPushError extends Error {
  override readonly name = 'BadPushError';
}

/**
 * Reads a push body, of this or of the original's controller.
 * @throws BadPushError that names what is wrong
 */
export function parsePush(body: string): Push {
  const fields = parseObject(body);
  const [vaultCas, role] = [certificates(fields), optionalText(fields, 'role')];
  const appRoleMount = optionalText(fields, 'appRoleMount');
  const vaultNamespace = optionalText(fields, 'vaultNamespace');
  return {
    token: new Secret(text(fields, 'token')),
    creationTime: optionalText(fields, 'creationTime') ?? '',
    ttl: seconds(fields),
    vaultAddr: text(fields, 'vaultAddr'),
    ...(vaultCas === undefined ? {} : { vaultCas }),
    ...(role === undefined ? {} : { role }),
    ...(appRoleMount === undefined ? {} : { appRoleMount }),
    ...(vaultNamespace === undefined ? {} : { vaultNamespace }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new BadPushError('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadPushError('the body is not a JSON object');
  }
  return value as Fields;
}

function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new BadPushError(`${name} is not a string`);
  return value;
}

function text(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value === undefined) throw new BadPushError(`${name} is missing`);
  return value;
}

function seconds(fields: Fields): number {
  const value = fields['ttl'];
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw new BadPushError('ttl is not a positive number of seconds');
  }
  return value;
}

function certificates(fields: Fields): string | undefined {
  const encoded = optionalText(fields, 'vaultCAs');
  if (encoded === undefined) return undefined;
  const pem = Buffer.from(encoded, 'base64').toString('utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new BadPushError('vaultCAs is not the base64 of PEM certificates');
  }
  return pem;
}
