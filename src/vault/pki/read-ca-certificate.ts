import { X509Certificate } from 'node:crypto';
import { messageOf } from '../../base/message-of.ts';
import { parseCertificates } from '../../base/pem.ts';
import { objectField, parseFields, textField } from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';
import { RetryableVaultError } from '../client/vault-error.ts';

/**
 * The certificate (PEM) of a PKI mount's authority. Everybody may read it: no token is sent.
 * Vault API: PKI, "Read issuer certificate", `<mount>/cert/ca`.
 * @throws VaultError: `malformed` where it is no certificate of an authority
 */
export async function readCaCertificate(
  client: VaultClient,
  mount: string,
  options?: CallOptions,
): Promise<string> {
  const name = `read the CA certificate of ${mount}`;
  const request = { name, method: 'GET', path: `${mount}/cert/ca`, token: 'none' } as const;
  const data = objectField(parseFields(name, await client.send(request, options)), 'data');
  return authority(name, textField(data, 'certificate'));
}

function authority(name: string, text: string): string {
  let certificates: string[];
  try {
    certificates = parseCertificates(text);
  } catch (error) {
    throw new RetryableVaultError('malformed', name, `data.certificate ${messageOf(error)}`);
  }
  if (certificates.every((pem) => new X509Certificate(pem).ca)) return certificates.join('\n');
  const detail = 'data.certificate is not of an authority (CA:TRUE)';
  throw new RetryableVaultError('malformed', name, detail);
}
