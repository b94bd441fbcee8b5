import { Secret } from '../../base/secret.ts';
import { objectField, parseFields, textField, textsField } from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

export interface CertificateRequest {
  /** Where the PKI engine is mounted, and its role. */
  readonly mount: string;
  readonly role: string;
  readonly commonName: string;
  /** DNS names besides the common name. */
  readonly altNames: readonly string[];
  readonly ipSans: readonly string[];
}

export interface IssuedCertificate {
  /** PEM: the certificate, then those between it and its authority. */
  readonly chain: string;
  /** PEM. */
  readonly key: Secret;
}

/**
 * Has a key and its certificate made.
 * Vault API: PKI, "Generate certificate and key".
 * @throws VaultError: `rejected` for names that the role does not allow
 */
export async function issueCertificate(
  client: VaultClient,
  { mount, role, commonName, altNames, ipSans }: CertificateRequest,
  options?: CallOptions,
): Promise<IssuedCertificate> {
  const name = `issue a certificate of ${mount}/issue/${role}`;
  const body = await client.send(
    {
      name,
      method: 'POST',
      path: `${mount}/issue/${role}`,
      body: {
        common_name: commonName,
        alt_names: altNames.join(','),
        ip_sans: ipSans.join(','),
      },
    },
    options,
  );
  const data = objectField(parseFields(name, body), 'data');
  const between = data.values['ca_chain'] === undefined ? [] : textsField(data, 'ca_chain');
  return {
    chain: `${[textField(data, 'certificate'), ...between].map((pem) => pem.trim()).join('\n')}\n`,
    key: new Secret(textField(data, 'private_key')),
  };
}
