import { X509Certificate } from 'node:crypto';
import { type Command, json } from '../run/command.ts';
import type { Check } from '../run/step.ts';
import { APPS, CONTROLLERS, VAULT } from './names.ts';

/** Where Vault's certificate and key are, and where the certificate of its authority is. */
export const TLS_SECRET = 'vault-tls';
export const CA_CONFIG_MAP = 'vault-ca';
export const NEED_THE_CA = [CONTROLLERS, APPS] as const;

interface IssuedAnswer {
  readonly data: {
    readonly certificate: string;
    readonly issuing_ca: string;
    readonly private_key: string;
  };
}

/** The objects that hold what was issued, as `kubectl apply` takes them. */
export function tlsObjects(issued: string): string {
  const { certificate, issuing_ca, private_key } = json<IssuedAnswer>(issued).data;
  const configMaps = NEED_THE_CA.map((namespace) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: CA_CONFIG_MAP, namespace },
    data: { 'ca.crt': `${issuing_ca.trim()}\n` },
  }));
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: TLS_SECRET, namespace: VAULT },
    stringData: { 'tls.crt': `${certificate.trim()}\n`, 'tls.key': `${private_key.trim()}\n` },
  };
  const items = [...configMaps, secret];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** There is a certificate that is valid, and each ConfigMap has the one that verifies it. */
export function certificateIsThere(): Check {
  const path = 'jsonpath={.data.tls\\.crt}';
  const secret = ['secret', TLS_SECRET, '-n', VAULT, '--ignore-not-found', '-o', path];
  const ofMap = (namespace: string): Command => {
    const map = ['configmap', CA_CONFIG_MAP, '-n', namespace, '--ignore-not-found'];
    return { args: ['get', ...map, '-o', 'jsonpath={.data.ca\\.crt}'] };
  };
  return {
    ask: [{ args: ['get', ...secret] }, ...NEED_THE_CA.map(ofMap)],
    holds: (encoded = '', ...authorities) =>
      encoded !== '' &&
      authorities.every((authority) =>
        isValid(Buffer.from(encoded, 'base64').toString(), authority),
      ),
  };
}

function isValid(certificate: string, authority: string): boolean {
  try {
    const leaf = new X509Certificate(certificate);
    const issuer = new X509Certificate(authority);
    return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey) && isCurrent(leaf);
  } catch {
    return false;
  }
}

/** For another day at least. */
function isCurrent({ validTo }: X509Certificate): boolean {
  return Date.parse(validTo) - Date.now() > 24 * 3_600_000;
}
