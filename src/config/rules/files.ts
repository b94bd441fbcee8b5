import { createPrivateKey, X509Certificate } from 'node:crypto';
import { NoCertificatesError, parseCertificates } from '../../base/pem.ts';
import { sanitize } from '../../base/sanitize.ts';
import { keyPath, type Path, type Problem } from '../problem.ts';
import { repeatable } from '../repeatable.ts';
import { isEmpty, type Scalar, type Tree, valueAt } from '../yaml/tree.ts';

/** Reads a text file; throws what Node throws. */
export type ReadFile = (path: string) => string;

/** What the files hold that the configuration names. */
export interface ConfiguredFiles {
  /** PEM certificates, and nothing else of the file. */
  readonly vaultCa: string | undefined;
  readonly clientCa: string | undefined;
}

const VAULT_CA = ['vault', 'tls', 'caCert'];
const CLIENT_CA = ['prometheus', 'tls', 'caCert'];
const CERTIFICATE = ['prometheus', 'tls', 'certFile'];
const KEY = ['prometheus', 'tls', 'certKey'];

/** Reads and checks every file that `tree` names. */
export function readConfiguredFiles(
  tree: Tree,
  readFile: ReadFile,
): { files: ConfiguredFiles; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const read = <T>(path: Path, parse: (content: string) => T): T | undefined => {
    const named = valueAt(tree, path);
    if (named?.kind !== 'scalar' || isEmpty(named)) return undefined;
    try {
      return parse(readFile(named.text));
    } catch (error) {
      problems.push(fileProblem(path, named, error));
      return undefined;
    }
  };
  const bundle = (content: string) => `${parseCertificates(content).join('\n')}\n`;
  const files = { vaultCa: read(VAULT_CA, bundle), clientCa: read(CLIENT_CA, bundle) };
  const certificate = read(CERTIFICATE, parseCertificates)?.[0];
  read(KEY, (content) => checkKey(content, certificate));
  return { files, problems };
}

/** A key file that cannot serve; the message goes on after "this file …". */
class UnfitKeyError extends Error {
  override readonly name = 'UnfitKeyError';
}

function checkKey(content: string, certificate: string | undefined): void {
  let key: ReturnType<typeof createPrivateKey>;
  try {
    key = createPrivateKey(content);
  } catch (cause) {
    throw new UnfitKeyError('holds no PEM private key without a passphrase', { cause });
  }
  if (certificate !== undefined && !new X509Certificate(certificate).checkPrivateKey(key)) {
    throw new UnfitKeyError('holds the key of another certificate');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this process',
  EPERM: 'may not be read by this process',
  EISDIR: 'is a directory',
  ENOTDIR: 'does not exist: a part of its path is a file',
  ERR_INVALID_ARG_VALUE: 'has a name that no file can have',
};

function fileProblem(path: Path, named: Scalar, error: unknown): Problem {
  const { code = '' } = error as NodeJS.ErrnoException;
  const known = error instanceof NoCertificatesError || error instanceof UnfitKeyError;
  const reason = known ? error.message : (REASONS[code] ?? `cannot be read (${sanitize(code)})`);
  return {
    at: named.at,
    key: keyPath(path),
    wrong: `the file "${repeatable(named.expandedFrom ?? named.text)}" ${reason}`,
    write: 'name a PEM file that this process can read, and mount it into the pod',
  };
}
