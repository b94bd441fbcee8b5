import type { Pattern } from '../base/pattern.ts';
import type { Secret } from '../base/secret.ts';
import type { ClusterKeys, ConfiguredFiles } from './rules/files.ts';
import { defaultMetricsPort } from './rules/ports.ts';
import type { ValidConfiguration } from './schema/configuration.ts';
import type { BINDINGS, METADATA } from './schema/vault.ts';
import type { WatchScope } from './values/names.ts';

/** What the controller was told: complete, checked and in the program's own units. */
export interface Settings {
  readonly vault: VaultSettings;
  readonly kubernetes: {
    readonly watch: WatchScope;
    /** A label selector, as the API server takes it. */
    readonly podSelector: string | undefined;
    readonly serviceNamespace: string;
    readonly service: string;
  };
  /** Who may ask for which AppRoles. Undefined where the section is absent: everybody for all; no rules: nobody. */
  readonly authorization: readonly AuthorizationRule[] | undefined;
  readonly prometheus: PrometheusSettings;
  readonly health: { readonly port: number };
  readonly election: ElectionSettings;
  readonly peerPort: number;
}

/** How several controllers agree on who acts. */
type ElectionSettings = { readonly kind: 'lease' } | RaftSettings;

export interface RaftSettings {
  readonly kind: 'raft';
  readonly raftDir: string;
  /** `keys` are what the file held when it was checked. Undefined where anybody may take part. */
  readonly keyFile: { readonly path: string; readonly keys: ClusterKeys } | undefined;
  readonly gossipPort: number;
  readonly raftPort: number;
}

interface VaultSettings {
  /** As written: it is pushed to the pods like this. */
  readonly address: string;
  readonly url: URL;
  readonly ownToken: OwnTokenSettings;
  readonly skipTokenRoleNameValidation: boolean;
  readonly namespace: string | undefined;
  /** Without slashes at its ends. */
  readonly appRoleMount: string;
  readonly wrappingTtlSeconds: number;
  readonly secretIdMetadata: readonly (typeof METADATA)[number][];
  readonly bindToPodIp: (typeof BINDINGS)[number];
  readonly ca: VaultCa;
}

/** Where the controller's own token comes from. */
type OwnTokenSettings =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'kubernetes';
      readonly mount: string;
      readonly role: string;
      /** Undefined for the one of the pod's service account. */
      readonly jwtFile: string | undefined;
    }
  | {
      readonly kind: 'approle';
      readonly mount: string;
      readonly roleId: string;
      readonly secretIdFile: string;
    };

/** What verifies Vault's certificate. */
type VaultCa =
  | { readonly kind: 'system' }
  /** `pem` is what the file held when it was checked. */
  | { readonly kind: 'file'; readonly path: string; readonly pem: string }
  /** Fetched from PKI mounts; `sha256` are lower-case hex, none where the first fetch is trusted. */
  | {
      readonly kind: 'mounts';
      readonly mounts: readonly string[];
      readonly sha256: readonly string[];
    };

/** One permission: all of its fields must fit the pod. */
interface AuthorizationRule {
  readonly approles: readonly Pattern[];
  readonly namespaces: readonly Pattern[];
  readonly serviceAccounts?: readonly Pattern[];
  readonly hostNetwork: boolean;
}

interface PrometheusSettings {
  /** Undefined for all addresses. */
  readonly address: string | undefined;
  readonly port: number;
  readonly certificate: MetricsCertificate;
  readonly clients: MetricsClients;
}

type MetricsCertificate =
  | { readonly kind: 'none' }
  | { readonly kind: 'vault'; readonly mount: string; readonly role: string }
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string };

/** Who may read the metrics. */
type MetricsClients =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'signed-by-file'; readonly file: string }
  | { readonly kind: 'signed-by-mounts'; readonly mounts: readonly string[] };

/** Settings from a configuration and its files in which nothing is wrong any more. */
export function toSettings(config: ValidConfiguration, files: ConfiguredFiles): Settings {
  const { kubernetes, health, peerPort } = config;
  return {
    vault: vaultSettings(config.vault, files),
    kubernetes: {
      watch: kubernetes.watchNamespace,
      podSelector: kubernetes.podSelector,
      serviceNamespace: kubernetes.serviceNamespace,
      service: kubernetes.service,
    },
    authorization: authorizationRules(config.authorization),
    prometheus: prometheusSettings(config.prometheus),
    health,
    election: electionSettings(config, files),
    peerPort,
  };
}

/** A rule has seen to it that there are keys, unless none are wanted. */
function electionSettings(
  { election, cluster, raftDir }: ValidConfiguration,
  { clusterKeys: keys }: ConfiguredFiles,
): ElectionSettings {
  if (election === 'lease') return { kind: 'lease' };
  const { keyFile: path, gossipPort, raftPort } = cluster;
  const keyFile = path === undefined || keys === undefined ? undefined : { path, keys };
  return { kind: 'raft', raftDir, keyFile, gossipPort, raftPort };
}

function vaultSettings(vault: ValidConfiguration['vault'], files: ConfiguredFiles): VaultSettings {
  return {
    address: vault.addr.text,
    url: vault.addr.url,
    ownToken: ownToken(vault),
    skipTokenRoleNameValidation: vault.skipTokenRoleNameValidation,
    namespace: vault.namespace,
    appRoleMount: vault.appRoleMount,
    wrappingTtlSeconds: Math.ceil(vault.wrappingTTL / 1_000),
    secretIdMetadata: vault.secretIdMetadata,
    bindToPodIp: vault.bindToPodIP,
    ca: vaultCa(vault.tls, files),
  };
}

/** A rule has seen to it that there is one, and no other. */
function ownToken({ token, tokenFile, auth }: ValidConfiguration['vault']): OwnTokenSettings {
  if (token !== undefined) return { kind: 'token', token };
  if (tokenFile !== undefined) return { kind: 'file', path: tokenFile };
  if (auth.approle !== undefined) return { kind: 'approle', ...auth.approle };
  if (auth.kubernetes === undefined) throw new Error('a configuration without a token was taken');
  const { mount, role, tokenFile: jwtFile } = auth.kubernetes;
  return { kind: 'kubernetes', mount, role, jwtFile };
}

function vaultCa(tls: ValidConfiguration['vault']['tls'], files: ConfiguredFiles): VaultCa {
  if (tls.vaultCABackends.length > 0) {
    return { kind: 'mounts', mounts: tls.vaultCABackends, sha256: tls.caSHA256 };
  }
  const { caCert: path } = tls;
  if (path === undefined || files.vaultCa === undefined) return { kind: 'system' };
  return { kind: 'file', path, pem: files.vaultCa };
}

function authorizationRules(
  config: ValidConfiguration['authorization'],
): readonly AuthorizationRule[] | undefined {
  return config?.rules.map(({ serviceAccounts, ...rule }) =>
    serviceAccounts === undefined ? rule : { ...rule, serviceAccounts },
  );
}

function prometheusSettings({
  address,
  port,
  tls,
}: ValidConfiguration['prometheus']): PrometheusSettings {
  const certificate = metricsCertificate(tls);
  return {
    address,
    port: port ?? defaultMetricsPort(certificate.kind !== 'none'),
    certificate,
    clients: metricsClients(tls),
  };
}

type MetricsTls = ValidConfiguration['prometheus']['tls'];

function metricsCertificate(tls: MetricsTls): MetricsCertificate {
  const { vaultCertBackend: mount, vaultCertRole: role, certFile, certKey: keyFile } = tls;
  if (mount !== undefined && role !== undefined) return { kind: 'vault', mount, role };
  if (certFile !== undefined && keyFile !== undefined) return { kind: 'files', certFile, keyFile };
  return { kind: 'none' };
}

function metricsClients(tls: MetricsTls): MetricsClients {
  if (tls.vaultCABackends.length > 0) {
    return { kind: 'signed-by-mounts', mounts: tls.vaultCABackends };
  }
  if (tls.caCert !== undefined) return { kind: 'signed-by-file', file: tls.caCert };
  return { kind: 'anyone' };
}
