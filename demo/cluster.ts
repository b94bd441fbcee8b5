import type { PodsEndpoint } from '../test/support/kubelet/pod-writer.ts';
import type { OpenBao } from '../test/support/real/openbao.ts';

/** A Kubernetes API and a Vault, made ready for a controller; disposing ends them. */
export interface Cluster extends AsyncDisposable {
  /** What a person calls them. */
  readonly title: string;
  /** The Kubernetes API, as its administrator. */
  readonly api: PodsEndpoint;
  /** Vault, as its administrator. */
  readonly vault: Pick<OpenBao, 'request'>;
  /** What the controller's pod would find in its environment. */
  readonly controllerEnvironment: Readonly<Record<string, string>>;
  /** The controller's own namespace and Service. */
  readonly home: { readonly namespace: string; readonly service: string };
  readonly vaultAddr: string;
  /** Holds the PEM of the CA that verifies Vault. */
  readonly vaultCaFile: string;
  /** The controller's token at Vault. */
  readonly vaultToken: string;
  /** Each AppRole's role_id. */
  readonly roleIds: ReadonlyMap<string, string>;
}

/** What a controller needs to know about its API server, and that pods on loopback are meant. */
export function controllerEnvironment(server: {
  readonly host: string;
  readonly port: number;
  readonly serviceAccountDir: string;
}): Readonly<Record<string, string>> {
  return {
    KUBERNETES_SERVICE_HOST: server.host,
    KUBERNETES_SERVICE_PORT: String(server.port),
    KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: server.serviceAccountDir,
    KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS: 'true',
  };
}
