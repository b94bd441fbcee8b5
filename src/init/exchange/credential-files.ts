import { dirname, join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import { Secret } from '../../base/secret.ts';
import type { Target } from '../admission/target.ts';
import type { Settings } from '../settings/settings.ts';
import { CREDENTIAL_FILE, type Credential, encodeCredential } from './credential.ts';
import type { Files } from './files.ts';

/** The credential could not be written; none of its files has appeared. */
export class CredentialFileError extends Error {
  override readonly name = 'CredentialFileError';
}

type FileSettings = Pick<
  Settings,
  'mode' | 'roleId' | 'credentialsPath' | 'credentialsMode' | 'tokenFile'
>;

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'the directory is missing: mount a volume there',
  ENOTDIR: 'it is not a directory',
  EACCES: 'this user may not write there',
  EROFS: 'it is read-only',
  ENOSPC: 'it is full',
  EDQUOT: 'it is full',
};

/** @throws CredentialFileError if a directory is missing or cannot be written to */
export function requireDirectories(files: Files, settings: FileSettings): void {
  const { credentialsPath, tokenFile } = settings;
  for (const path of [credentialsPath, ...(tokenFile === undefined ? [] : [dirname(tokenFile)])]) {
    orFail(path, () => files.requireWritable(path));
  }
}

/**
 * Writes the CA bundle that verified Vault (or removes one that did not), the token file, and the
 * credential last. All are whole on the disk before the first gets its name.
 * @param randomName makes a name that nobody can foresee
 * @throws CredentialFileError
 */
export function writeCredential(
  files: Files,
  settings: FileSettings,
  credential: Credential,
  target: Pick<Target, 'address' | 'ca'>,
  randomName: () => string,
): void {
  const contents = contentsOf(settings, credential, target);
  const written: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const { path, content } of contents) {
      const temporary = join(dirname(path), `.${randomName()}`);
      written.push({ temporary, path });
      orFail(path, () => files.create(temporary, content.reveal(), settings.credentialsMode));
    }
    const caFile = join(settings.credentialsPath, CA_FILE);
    if (target.ca === undefined) orFail(caFile, () => files.remove(caFile));
    for (const { temporary, path } of written) orFail(path, () => files.rename(temporary, path));
  } catch (error) {
    for (const { temporary } of written) removeQuietly(files, temporary);
    throw error;
  }
}

const CA_FILE = 'ca.crt';

function contentsOf(
  settings: FileSettings,
  credential: Credential,
  { address: vaultAddr, ca }: Pick<Target, 'address' | 'ca'>,
): { readonly path: string; readonly content: Secret }[] {
  const { credentialsPath, tokenFile, roleId } = settings;
  const bundle = ca === undefined ? [] : [{ path: CA_FILE, content: new Secret(ca) }];
  const inDirectory = [
    ...bundle,
    {
      path: CREDENTIAL_FILE[credential.kind],
      content: encodeCredential(credential, { roleId, vaultAddr }),
    },
  ].map(({ path, content }) => ({ path: join(credentialsPath, path), content }));
  if (tokenFile === undefined || credential.kind !== 'token') return inDirectory;
  const bare = { path: tokenFile, content: credential.token.token };
  return [...inDirectory.slice(0, -1), bare, ...inDirectory.slice(-1)];
}

function orFail(path: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no code';
    const advice = ADVICE[code] ?? messageOf(cause);
    throw new CredentialFileError(`cannot write ${path}: ${advice} (${code})`, { cause });
  }
}

/** The first failure is the one to tell. */
function removeQuietly(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch {
    // A temporary file that cannot be removed was most likely never made.
  }
}
