/**
 * Brings the cluster up in the namespaces that it is started in, and keeps its programs running:
 * see `namespaces.ts`, which starts it.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { command } from '../../test/support/network/own-network.ts';
import { AdminClient } from '../../test/support/real/admin-client.ts';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { until } from '../../test/support/until.ts';
import { addons } from './addons.ts';
import { writeConfiguration } from './configure.ts';
import { writeCredentials } from './credentials.ts';
import { importImages } from './import-images.ts';
import { API_SERVER, files, inState } from './layout.ts';
import { becomeMachine } from './machine.ts';
import { buildNodeImage, type NodeImage } from './node-images.ts';
import { clients, containerd, etcd, kubeApiServer, searchPath } from './programs.ts';
import { supervise } from './supervisor.ts';

const WITHIN_MS = 90_000;

process.env['PATH'] = searchPath();
await becomeMachine();
await writeCredentials();
writeConfiguration();
for (const program of [etcd(), kubeApiServer(), containerd()]) supervise(program);
await Promise.all([apiServerIsReady(), images()]);
await applyAddons();
for (const program of clients()) supervise(program);
await nodeIsReady();
writeFileSync(files.ready(), '');
console.log(`ready after ${Math.round(process.uptime())} s`);

async function apiServerIsReady(): Promise<void> {
  const ca = readFileSync(files.pki('ca.crt'), 'utf8');
  const client = new AdminClient(API_SERVER, {}, ca);
  await until('the API server is ready', () => client.request('GET', '/readyz'), WITHIN_MS);
}

async function images(): Promise<void> {
  const archives = (['pause', 'coredns', 'openbao'] satisfies NodeImage[]).map(buildNodeImage);
  const socket = '/run/containerd/containerd.sock';
  await until('containerd listens', () => existsSync(socket), WITHIN_MS);
  for (const archive of archives) await importImages(await archive);
  rmSync(inState('images'), { recursive: true });
}

async function applyAddons(): Promise<void> {
  const manifest = inState('addons.json');
  writeFileSync(manifest, JSON.stringify(addons()));
  await until(
    'the add-ons are there',
    () => kubectl('apply', '--server-side', '-f', manifest),
    WITHIN_MS,
  );
}

async function nodeIsReady(): Promise<void> {
  await kubectl('wait', 'node', '--all', '--for=create', '--timeout=2m');
  await kubectl('wait', 'node', '--all', '--for=condition=Ready', '--timeout=2m');
  await kubectl('rollout', 'status', '-n', 'kube-system', 'deployment/coredns', '--timeout=2m');
}

async function kubectl(...args: readonly string[]): Promise<string> {
  return command(findBinary('kubectl'), '--kubeconfig', files.adminKubeconfig(), ...args);
}
