import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../../base/clock.ts';
import { Secret } from '../../base/secret.ts';
import { cachedValue } from './cached-value.ts';
import { type KubeAccess, type KubeCredentials, REREAD_AFTER_MS } from './credentials.ts';

/**
 * The credentials of the current context of kubeconfig files, which are merged as kubectl merges
 * those in KUBECONFIG. Client certificates, tokens, token files and exec plugins work; `proxy-url`
 * and user names with passwords do not. An `http:` server needs `insecure-skip-tls-verify`.
 */
export function kubeconfigCredentials(files: readonly string[], clock: Clock): KubeCredentials {
  // An exec plugin's token is kept by KubeConfig itself, until the plugin says that it expires.
  let config: Promise<KubeConfig> | undefined;
  const cached = cachedValue(clock, REREAD_AFTER_MS, async () => {
    config ??= loadConfig(files);
    try {
      return await readAccess(await config);
    } catch (error) {
      config = undefined;
      throw error;
    }
  });
  return {
    access: () => cached.get(),
    refused() {
      config = undefined;
      cached.forget();
    },
  };
}

/** Loaded on demand: in a cluster nobody pays for this library's memory. */
async function loadConfig(files: readonly string[]): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const [first, ...others] = files.map((file) => {
    const config = new KubeConfig();
    config.loadFromFile(file);
    return config;
  });
  if (first === undefined) throw new Error('no kubeconfig file is given');
  for (const other of others) first.mergeConfig(other, true);
  return first;
}

async function readAccess(config: KubeConfig): Promise<KubeAccess> {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error('the kubeconfig has no current context, or no cluster in it');
  if (cluster.proxyUrl !== undefined) {
    throw new Error('the kubeconfig asks for a proxy-url, which is not supported');
  }
  const options: RequestOptions = {};
  const headers: Record<string, string> = {};
  await config.applyToHTTPSOptions(Object.assign(options, { headers }));
  const { Authorization, ...others } = headers;
  return {
    server: new URL(cluster.server),
    tls: tlsOf(options),
    token: bearerToken(Authorization),
    headers: others,
  };
}

function tlsOf(options: RequestOptions): KubeAccess['tls'] {
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  const all = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function bearerToken(authorization: string | undefined): Secret | undefined {
  const token = authorization?.match(/^Bearer (.+)$/)?.[1];
  return token === undefined ? undefined : new Secret(token);
}
