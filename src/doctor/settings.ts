import type { Secret } from '../base/secret.ts';
import type { AuthorizationRule } from '../delivery/policy/authorization.ts';
import type { WatchedNamespaces } from '../kube/pod-scope.ts';
import type { VaultClient } from '../vault/client/vault-client.ts';
import type { TokenDemands } from '../vault/own-token/rules/token-facts.ts';

/** What is looked at, as the controller's configuration says. */
export interface DoctorSettings {
  readonly vault: {
    readonly address: string;
    readonly namespace: string | undefined;
    readonly appRoleMount: string;
    readonly ca: VaultCa;
    readonly token: TokenSettings;
  };
  readonly kubernetes: {
    readonly watch: WatchedNamespaces;
    readonly podSelector: string | undefined;
    readonly serviceNamespace: string;
    readonly service: string;
    /** Of the Lease that names the controllers' Raft cluster; absent where the Lease elects. */
    readonly clusterLease?: string;
  };
  /** Where Raft keeps its data; undefined where the Lease elects. */
  readonly raftDir: string | undefined;
  readonly authorization: readonly AuthorizationRule[] | undefined;
  readonly pki: PkiSettings;
  /** For tests, whose pods are processes of one machine. */
  readonly allowLoopback: boolean;
}

/** What verifies Vault's certificate. */
export type VaultCa =
  | { readonly kind: 'system' }
  | { readonly kind: 'pem'; readonly pem: string }
  /** `sha256` in lower-case hex; none where any certificate will do. */
  | {
      readonly kind: 'mounts';
      readonly mounts: readonly string[];
      readonly sha256: readonly string[];
    };

/** The controller's own token. */
export interface TokenSettings {
  /** Where it comes from, for people. */
  readonly from: string;
  /**
   * @param client to log in with, where that is how it is had
   * @throws VaultError, or any other error whose message is fit for people
   */
  obtain(client: VaultClient): Promise<Secret>;
  readonly demands: TokenDemands;
  /** Whether it was made for us alone, and is to be revoked in the end. */
  readonly ours: boolean;
}

/** What the metrics server has of Vault's PKI. */
export interface PkiSettings {
  readonly issuer: { readonly mount: string; readonly role: string } | undefined;
  /** Mounts whose authorities sign the certificates of clients. */
  readonly clientMounts: readonly string[];
}

/** What a person wants to know. */
export interface DoctorWish {
  /** Before the install: there is no service account, and there are no pods. */
  readonly pre: boolean;
  /** AppRoles besides those that waiting pods name. */
  readonly roles: readonly string[];
  /** The user to speak for at the API server; undefined for whoever the credentials are of. */
  readonly as: string | undefined;
  /** Whether this runs in a pod. */
  readonly inPod: boolean;
}
