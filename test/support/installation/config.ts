import { stringify } from 'yaml';

/** Sections of the controller's configuration, merged over those of the installation. */
export interface ConfigChange {
  readonly vault?: object;
  readonly kubernetes?: object;
  readonly authorization?: object | undefined;
  readonly prometheus?: object;
  /** How controllers elect who acts. */
  readonly election?: { readonly election: string; readonly cluster?: object };
}

export interface ConfigInput {
  readonly vaultAddr: string;
  readonly vaultCaFile: string | undefined;
  readonly token: string;
  readonly home: { readonly namespace: string; readonly service: string };
  readonly podNamespaces: readonly string[];
  readonly roles: readonly string[];
  readonly ports: { readonly metrics: number; readonly health: number; readonly peer: number };
  readonly raftDir: string;
}

/** The controller's configuration file, as the quick start has it, but for names, ports and folders. */
export function configText(input: ConfigInput, change: ConfigChange = {}): string {
  const { home, podNamespaces: namespaces, roles: approles, ports } = input;
  const tls = input.vaultCaFile === undefined ? {} : { tls: { caCert: input.vaultCaFile } };
  return stringify({
    raftDir: input.raftDir,
    vault: { addr: input.vaultAddr, token: input.token, ...tls, ...change.vault },
    kubernetes: {
      watchNamespace: `~^(${namespaces.join('|')})$`,
      serviceNamespace: home.namespace,
      service: home.service,
      ...change.kubernetes,
    },
    authorization:
      'authorization' in change ? change.authorization : { rules: [{ approles, namespaces }] },
    prometheus: { address: '127.0.0.1', port: ports.metrics, ...change.prometheus },
    health: { port: ports.health },
    peerPort: ports.peer,
    ...change.election,
  });
}
