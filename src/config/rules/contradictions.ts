import { keyPath, type Path, type Problem } from '../problem.ts';
import { isSet, positionOf, type Tree, valueAt } from '../yaml/tree.ts';
import { electsByRaft } from './election.ts';

type Rule = (tree: Tree) => readonly Problem[];

const VAULT_TLS = ['vault', 'tls'];
const METRICS_TLS = ['prometheus', 'tls'];
const ISSUED = ['vaultCertBackend', 'vaultCertRole'].map((key) => [...METRICS_TLS, key]);
const OWN = ['certFile', 'certKey'].map((key) => [...METRICS_TLS, key]);

const CLUSTER_KEYS = ['cluster', 'keyFile'];
const INSECURE = ['cluster', 'insecure'];

/** The ways to a token of the controller's own; one must be taken. */
const TOKEN = ['vault', 'token'];
const TOKENS = [
  TOKEN,
  ['vault', 'tokenFile'],
  ['vault', 'auth', 'kubernetes'],
  ['vault', 'auth', 'approle'],
];

const RULES: readonly Rule[] = [
  oneToken,
  (tree) => oneWayToKnowCas(tree, VAULT_TLS),
  (tree) => oneWayToKnowCas(tree, METRICS_TLS),
  fingerprintsNeedBackends,
  oneCertificate,
  clientCasNeedCertificate,
  clusterNeedsKeys,
];

/**
 * What each key may say, but not together with others. Judged by which keys are set, whatever
 * their values, but for the words that choose a way.
 */
export function contradictions(tree: Tree): Problem[] {
  return RULES.flatMap((rule) => rule(tree));
}

function problem(tree: Tree, path: Path, wrong: string, write: string): Problem {
  return { at: positionOf(tree, path), key: keyPath(path), wrong, write };
}

function oneToken(tree: Tree): Problem[] {
  const [first, ...others] = TOKENS.filter((path) => isSet(tree, path));
  if (first === undefined) {
    const wrong = valueAt(tree, TOKEN) === undefined ? 'is required' : 'is empty';
    const write = 'write `token: $VAULT_TOKEN`, or `tokenFile`, or one of the keys of `auth`';
    return [problem(tree, TOKEN, wrong, write)];
  }
  const wrong = `contradicts ${keyPath(first)}: the token comes from one place`;
  return others.map((path) => problem(tree, path, wrong, 'keep one of the two'));
}

function oneWayToKnowCas(tree: Tree, tls: Path): Problem[] {
  const [backends, file] = [
    [...tls, 'vaultCABackends'],
    [...tls, 'caCert'],
  ];
  if (!isSet(tree, backends) || !isSet(tree, file)) return [];
  const wrong = `contradicts ${keyPath(file)}`;
  return [problem(tree, backends, wrong, 'keep one of the two')];
}

function fingerprintsNeedBackends(tree: Tree): Problem[] {
  const [fingerprints, backends] = [
    [...VAULT_TLS, 'caSHA256'],
    [...VAULT_TLS, 'vaultCABackends'],
  ];
  if (!isSet(tree, fingerprints) || isSet(tree, backends)) return [];
  const wrong = `has no effect without ${keyPath(backends)}`;
  return [problem(tree, fingerprints, wrong, 'remove it, or write `vaultCABackends: [root-ca]`')];
}

/** A certificate comes from Vault or from files, and either takes two keys. */
function oneCertificate(tree: Tree): Problem[] {
  const issued = ISSUED.find((path) => isSet(tree, path));
  const own = OWN.find((path) => isSet(tree, path));
  if (issued !== undefined && own !== undefined) {
    const wrong = `contradicts ${keyPath(issued)}: the certificate comes from files or from Vault`;
    return [problem(tree, own, wrong, 'keep one of the two')];
  }
  return [...bothOrNeither(tree, ISSUED), ...bothOrNeither(tree, OWN)];
}

function bothOrNeither(tree: Tree, pair: readonly Path[]): Problem[] {
  const present = pair.find((path) => isSet(tree, path));
  const missing = pair.find((path) => !isSet(tree, path));
  if (present === undefined || missing === undefined) return [];
  const wrong = `needs ${keyPath(missing)} beside it`;
  return [problem(tree, present, wrong, 'write both, or neither')];
}

function clientCasNeedCertificate(tree: Tree): Problem[] {
  if ([...ISSUED, ...OWN].some((path) => isSet(tree, path))) return [];
  const wrong =
    'asks for client certificates, but without a certificate of its own the endpoint is plain http';
  const write = 'write `certFile` and `certKey`, or `vaultCertBackend` and `vaultCertRole`';
  return ['vaultCABackends', 'caCert']
    .map((key) => [...METRICS_TLS, key])
    .filter((path) => isSet(tree, path))
    .map((path) => problem(tree, path, wrong, write));
}

/** Who takes part decides who acts: that is not left open by mistake. */
function clusterNeedsKeys(tree: Tree): Problem[] {
  const insecure = saysTrue(tree, INSECURE);
  if (isSet(tree, CLUSTER_KEYS)) {
    const wrong = `contradicts ${keyPath(CLUSTER_KEYS)}`;
    return insecure ? [problem(tree, INSECURE, wrong, 'keep one of the two')] : [];
  }
  if (insecure || !electsByRaft(tree)) return [];
  const wrong = 'is required with `election: raft`';
  const write =
    'keep the output of `openssl rand -base64 32` in a Secret, mount it, and write `keyFile: /kubernetes-vault/cluster/keys`; only where nobody else can reach the ports, `insecure: true`';
  return [problem(tree, CLUSTER_KEYS, wrong, write)];
}

function saysTrue(tree: Tree, path: Path): boolean {
  const value = valueAt(tree, path);
  return value?.kind === 'scalar' && value.value === true;
}
