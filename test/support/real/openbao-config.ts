import type { ScratchFolder } from './scratch-folder.ts';
import { urlHost } from './url-host.ts';

/** What OpenBao's configuration file is made of. */
export interface OpenBaoSetup {
  readonly address: string;
  readonly port: number;
  readonly clusterPort: number;
  readonly addr: string;
  readonly storage: 'inmem' | 'raft';
  readonly tls: boolean;
}

/** The configuration file's text; the certificate and the data lie in `folder`. */
export function openBaoConfig(setup: OpenBaoSetup, folder: ScratchFolder): string {
  const host = urlHost(setup.address);
  const cluster = `${host}:${setup.clusterPort}`;
  const tls = setup.tls
    ? { tls_cert_file: folder.file('tls.crt'), tls_key_file: folder.file('tls.key') }
    : { tls_disable: true };
  return JSON.stringify({
    storage: { [setup.storage]: setup.storage === 'raft' ? raft(folder) : {} },
    listener: [{ tcp: { address: `${host}:${setup.port}`, cluster_address: cluster, ...tls } }],
    api_addr: setup.addr,
    cluster_addr: `https://${cluster}`,
  });
}

/** The smallest multiplier: a lone node is to elect itself as fast as it can. */
function raft(folder: ScratchFolder) {
  return { path: folder.file('data'), node_id: 'node-1', performance_multiplier: 1 };
}
