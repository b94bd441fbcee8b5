import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { findBinary } from './process/binaries.ts';
import { ServerProcess } from './process/server-process.ts';
import type { ScratchFolder } from './scratch-folder.ts';
import { createTestCa } from './test-ca.ts';

/** What a kube-apiserver is started with; it stays the same when it is started again. */
export interface ApiServerSetup {
  readonly folder: ScratchFolder;
  readonly address: string;
  readonly port: number;
  readonly etcdUrl: string;
  /** The namespace whose Leases have their changes written down. */
  readonly auditLeasesOf: string | undefined;
  /** The namespace whose service accounts have their requests written down. */
  readonly auditAccountsOf: string | undefined;
}

/** What a client needs to know about it. */
export interface ApiServerCredentials {
  readonly caPem: string;
  readonly caFile: string;
  /** Of a user in the group `system:masters`. */
  readonly adminToken: string;
}

const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
const serviceIp = '10.96.0.1';

/** Writes the certificates, keys and tokens of a server that listens on `address`. */
export async function writeCredentials(
  folder: ScratchFolder,
  address: string,
): Promise<ApiServerCredentials> {
  const ca = await createTestCa('Kubernetes test CA');
  const serving = await ca.issue('kube-apiserver', [address, serviceIp, ...names]);
  const adminToken = `admin-${randomBytes(16).toString('hex')}`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = { mode: 0o600 };
  writeFileSync(folder.file('ca.crt'), ca.caPem);
  writeFileSync(folder.file('tls.crt'), serving.certPem);
  writeFileSync(folder.file('tls.key'), serving.keyPem, secret);
  writeFileSync(folder.file('tokens.csv'), `${adminToken},admin,1,"system:masters"\n`, secret);
  const signingKey = privateKey.export({ type: 'sec1', format: 'pem' });
  writeFileSync(folder.file('service-accounts.key'), signingKey, secret);
  return { caPem: ca.caPem, caFile: folder.file('ca.crt'), adminToken };
}

/** Starts the process; when it serves is for the caller to find out. */
export function spawnApiServer(setup: ApiServerSetup): ServerProcess {
  const { folder } = setup;
  return new ServerProcess({
    name: 'kube-apiserver',
    path: findBinary('kube-apiserver'),
    args: [...addressFlags(setup), ...accessFlags(folder), ...auditFlags(setup), ...testFlags],
    cwd: folder.path,
    log: folder.file('kube-apiserver.log'),
  });
}

function addressFlags({ folder, address, port, etcdUrl }: ApiServerSetup): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${port}`,
    `--tls-cert-file=${folder.file('tls.crt')}`,
    `--tls-private-key-file=${folder.file('tls.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
  ];
}

function accessFlags(folder: ScratchFolder): string[] {
  return [
    '--authorization-mode=RBAC',
    `--token-auth-file=${folder.file('tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${folder.file('service-accounts.key')}`,
    `--service-account-signing-key-file=${folder.file('service-accounts.key')}`,
    // No controller makes the account `default` that this plugin wants to give to every pod.
    '--disable-admission-plugins=ServiceAccount',
    '--allow-privileged=true',
  ];
}

export function auditFile(folder: ScratchFolder): string {
  return folder.file('audit.log');
}

function auditFlags(setup: ApiServerSetup): string[] {
  const rules = [...leaseChanges(setup.auditLeasesOf), ...requestsOf(setup.auditAccountsOf)];
  if (rules.length === 0) return [];
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [...rules, { level: 'None' }],
  };
  const file = setup.folder.file('audit-policy.json');
  writeFileSync(file, JSON.stringify(policy));
  return [`--audit-policy-file=${file}`, `--audit-log-path=${auditFile(setup.folder)}`];
}

function leaseChanges(namespace: string | undefined): object[] {
  if (namespace === undefined) return [];
  const leases = [{ group: 'coordination.k8s.io', resources: ['leases'] }];
  const verbs = ['create', 'update', 'patch', 'delete'];
  return [{ level: 'RequestResponse', namespaces: [namespace], resources: leases, verbs }];
}

function requestsOf(namespace: string | undefined): object[] {
  if (namespace === undefined) return [];
  return [{ level: 'Metadata', userGroups: [`system:serviceaccounts:${namespace}`] }];
}

/**
 * An address of loopback is refused by every endpoint reconciler but none; the rest is work beside
 * the requests that the tests do not look at.
 */
const testFlags = [
  '--endpoint-reconciler-type=none',
  '--profiling=false',
  '--etcd-compaction-interval=0',
  '--etcd-count-metric-poll-period=0',
  '--etcd-db-metric-poll-interval=0',
];
