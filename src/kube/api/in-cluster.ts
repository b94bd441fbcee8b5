import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { hostPort } from '../../base/ip.ts';
import { Secret } from '../../base/secret.ts';
import { cachedValue } from './cached-value.ts';
import { type KubeAccess, type KubeCredentials, REREAD_AFTER_MS } from './credentials.ts';

export interface InClusterSettings {
  /** The variable KUBERNETES_SERVICE_HOST: an address or a name. */
  readonly host: string;
  /** The variable KUBERNETES_SERVICE_PORT. */
  readonly port: number;
  /** Holds `token` and `ca.crt`, which the kubelet replaces as they rotate. */
  readonly directory: string;
}

/** The credentials of the service account of the pod that we run in. */
export function inClusterCredentials(settings: InClusterSettings, clock: Clock): KubeCredentials {
  const cached = cachedValue(clock, REREAD_AFTER_MS, () => readAccess(settings));
  return { access: () => cached.get(), refused: () => cached.forget() };
}

async function readAccess({ host, port, directory }: InClusterSettings): Promise<KubeAccess> {
  // One after the other, so that where both are missing it is always the same that is told.
  const token = await readText(join(directory, 'token'));
  const ca = await readText(join(directory, 'ca.crt'));
  return {
    server: new URL(`https://${hostPort(host, port)}`),
    tls: { ca },
    token: new Secret(token),
    headers: {},
  };
}

async function readText(file: string): Promise<string> {
  const text = (await readFile(file, 'utf8')).trim();
  if (text === '') throw new Error(`${file} is empty`);
  return text;
}
