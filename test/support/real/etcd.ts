import { AdminClient } from './admin-client.ts';
import { findBinary } from './process/binaries.ts';
import { freePort } from './process/free-port.ts';
import { ServerProcess } from './process/server-process.ts';
import type { ScratchFolder } from './scratch-folder.ts';

/** A running etcd. */
export interface Etcd {
  readonly url: string;
  readonly process: ServerProcess;
  /** Forgets every revision but the latest. */
  compact(): Promise<void>;
}

/** Starts an etcd on 127.0.0.1 whose data lie in `folder`; it need not survive a power cut. */
export async function startEtcd(folder: ScratchFolder): Promise<Etcd> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--data-dir=${folder.file('etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  const path = findBinary('etcd');
  const log = folder.file('etcd.log');
  const process = new ServerProcess({ name: 'etcd', path, args, cwd: folder.path, log });
  const client = new AdminClient(url, {});
  await process.ready(async () => {
    const health = await client.request<string>('GET', '/health');
    return health.includes('"true"');
  });
  return { url, process, compact: () => compact(client) };
}

/** By the JSON gateway to etcd's API. */
async function compact(client: AdminClient): Promise<void> {
  const anyKey = { key: Buffer.from('\0').toString('base64') };
  type Range = { header: { revision: string } };
  const { header } = await client.request<Range>('POST', '/v3/kv/range', anyKey);
  await client.request('POST', '/v3/kv/compaction', { revision: header.revision });
}
