import type { ScratchFolder } from './scratch-folder.ts';
import { urlHost } from './url-host.ts';

/** What the audit device's file is called. */
export const AUDIT_FILE = 'audit.log';

/** What OpenBao's configuration file is made of. */
export interface OpenBaoSetup {
  readonly address: string;
  readonly port: number;
  readonly clusterPort: number;
  readonly addr: string;
  readonly storage: 'inmem' | 'raft';
  readonly tls: boolean;
  readonly audit: boolean;
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
    ...(setup.audit ? { audit: [{ file: { requests: auditDevice(folder) } }] } : {}),
  });
}

/**
 * Writes each request and each answer, secrets hashed: https://openbao.org/docs/configuration/audit.
 * Without its description, the reader of the file takes `options` for the name of the device.
 */
function auditDevice(folder: ScratchFolder) {
  const options = { file_path: folder.file(AUDIT_FILE) };
  return { description: 'who asked for what', options };
}

/** The smallest multiplier: a lone node is to elect itself as fast as it can. */
function raft(folder: ScratchFolder) {
  return { path: folder.file('data'), node_id: 'node-1', performance_multiplier: 1 };
}
