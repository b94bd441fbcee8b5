import type { Pattern } from '../base/pattern.ts';
import type { Secret } from '../base/secret.ts';
import type { ConfiguredFiles } from './rules/files.ts';
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
  readonly election: 'lease';
  readonly peerPort: number;
  readonly raftDir: string;
}

interface VaultSettings {
  /** As written: it is pushed to the pods like this. */
  readonly address: string;
  readonly url: URL;
  readonly token: Secret;
  readonly skipTokenRoleNameValidation: boolean;
  readonly namespace: string | undefined;
  /** Without slashes at its ends. */
  readonly appRoleMount: string;
  readonly wrappingTtlSeconds: number;
  readonly secretIdMetadata: readonly (typeof METADATA)[number][];
  readonly bindToPodIp: (typeof BINDINGS)[number];
  readonly ca: VaultCa;
}

/** What verifies Vault's certificate. */
type VaultCa =
  | { readonly kind: 'system' }
  | { readonly kind: 'pem'; readonly pem: string }
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
  const { kubernetes, health, election, peerPort, raftDir } = config;
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
    election,
    peerPort,
    raftDir,
  };
}

function vaultSettings(vault: ValidConfiguration['vault'], files: ConfiguredFiles): VaultSettings {
  return {
    address: vault.addr.text,
    url: vault.addr.url,
    token: vault.token,
    skipTokenRoleNameValidation: vault.skipTokenRoleNameValidation,
    namespace: vault.namespace,
    appRoleMount: vault.appRoleMount,
    wrappingTtlSeconds: Math.ceil(vault.wrappingTTL / 1_000),
    secretIdMetadata: vault.secretIdMetadata,
    bindToPodIp: vault.bindToPodIP,
    ca: vaultCa(vault.tls, files),
  };
}

function vaultCa(tls: ValidConfiguration['vault']['tls'], files: ConfiguredFiles): VaultCa {
  if (tls.vaultCABackends.length > 0) {
    return { kind: 'mounts', mounts: tls.vaultCABackends, sha256: tls.caSHA256 };
  }
  return files.vaultCa === undefined ? { kind: 'system' } : { kind: 'pem', pem: files.vaultCa };
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
