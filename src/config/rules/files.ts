import type { KeyObject } from 'node:crypto';
import { ClusterKeysError, parseClusterKeys } from '../../base/cluster-keys.ts';
import { NoCertificatesError, parseCertificates } from '../../base/pem.ts';
import { checkPrivateKey, UnfitKeyError } from '../../base/private-key.ts';
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
  readonly clusterKeys: ClusterKeys | undefined;
}

/** The first is the one to use. */
export type ClusterKeys = readonly [KeyObject, ...KeyObject[]];

const CREDENTIALS = [
  ['vault', 'tokenFile'],
  ['vault', 'auth', 'kubernetes', 'tokenFile'],
  ['vault', 'auth', 'approle', 'secretIdFile'],
];
const VAULT_CA = ['vault', 'tls', 'caCert'];
const CLIENT_CA = ['prometheus', 'tls', 'caCert'];
const CERTIFICATE = ['prometheus', 'tls', 'certFile'];
const KEY = ['prometheus', 'tls', 'certKey'];
const CLUSTER_KEYS = ['cluster', 'keyFile'];
const FILE_OF_KEYS = 'file of keys (a line of `openssl rand -base64 32` for each)';

/** Reads and checks every file that `tree` names. */
export function readConfiguredFiles(
  tree: Tree,
  readFile: ReadFile,
): { files: ConfiguredFiles; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const read = <T>(path: Path, parse: (content: string) => T, what = 'PEM file'): T | undefined => {
    const named = valueAt(tree, path);
    if (named?.kind !== 'scalar' || isEmpty(named)) return undefined;
    try {
      return parse(readFile(named.text));
    } catch (error) {
      problems.push(fileProblem(path, named, what, error));
      return undefined;
    }
  };
  // What is in them may still change: only that they can be read is asked of these.
  for (const path of CREDENTIALS) read(path, () => {}, 'file');
  const bundle = (content: string) => `${parseCertificates(content).join('\n')}\n`;
  const files = {
    vaultCa: read(VAULT_CA, bundle),
    clusterKeys: read(CLUSTER_KEYS, parseClusterKeys, FILE_OF_KEYS),
  };
  read(CLIENT_CA, parseCertificates);
  const certificate = read(CERTIFICATE, parseCertificates)?.[0];
  read(KEY, (content) => checkPrivateKey(content, certificate));
  return { files, problems };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this process',
  EPERM: 'may not be read by this process',
  EISDIR: 'is a directory',
  ENOTDIR: 'does not exist: a part of its path is a file',
  ERR_INVALID_ARG_VALUE: 'has a name that no file can have',
};

const CONTENT_ERRORS = [NoCertificatesError, UnfitKeyError, ClusterKeysError];

function isOfContent(error: unknown): error is Error {
  return CONTENT_ERRORS.some((kind) => error instanceof kind);
}

function fileProblem(path: Path, named: Scalar, what: string, error: unknown): Problem {
  const { code = '' } = error as NodeJS.ErrnoException;
  const reason = isOfContent(error)
    ? error.message
    : (REASONS[code] ?? `cannot be read (${sanitize(code)})`);
  return {
    at: named.at,
    key: keyPath(path),
    wrong: `the file "${repeatable(named.expandedFrom ?? named.text)}" ${reason}`,
    write: `name a ${what} that this process can read, and mount it into the pod`,
  };
}
