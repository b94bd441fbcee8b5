import { Secret } from '../../base/secret.ts';
import { type RoleName, secretIdPath } from '../../wire/role-name.ts';
import {
  numberField,
  objectField,
  optionalTextField,
  parseFields,
  textField,
} from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

export interface MintRequest {
  /** Where the AppRole method is mounted, such as `approle`. */
  readonly mount: string;
  readonly role: RoleName;
  readonly wrapTtlSeconds: number;
  /** Goes to Vault's audit log, and onto the identity alias that all pods of the role share. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** CIDR blocks from which the secret_id may be used. */
  readonly cidrList?: readonly string[];
  /** CIDR blocks from which the token that it logs in to may be used. */
  readonly tokenBoundCidrs?: readonly string[];
}

/** A secret_id that nobody has seen yet, inside its wrapping token. */
export interface MintedSecretId {
  /** The wrapping token. */
  readonly token: Secret;
  /** The secret_id's accessor, by which it can be destroyed unseen; Vault of old does not tell it. */
  readonly accessor: string | undefined;
  /** RFC 3339, by Vault's clock. */
  readonly creationTime: string;
  readonly ttlSeconds: number;
  /** Vault before 0.8 does not tell it. */
  readonly creationPath: string | undefined;
}

/**
 * Asks for a response-wrapped secret_id of a role.
 * Vault API: AppRole, "Generate new secret ID"; response wrapping.
 * @throws VaultError: `missing` where the role does not exist, `denied` where the policy does not allow it
 */
export async function mintSecretId(
  client: VaultClient,
  mint: MintRequest,
  options?: CallOptions,
): Promise<MintedSecretId> {
  const name = `mint a secret_id for role ${mint.role}`;
  const body = await client.send(
    {
      name,
      method: 'POST',
      path: secretIdPath(mint.mount, mint.role),
      wrapTtlSeconds: mint.wrapTtlSeconds,
      body: bodyOf(mint),
    },
    options,
  );
  const wrapInfo = objectField(parseFields(name, body), 'wrap_info');
  return {
    token: new Secret(textField(wrapInfo, 'token')),
    accessor: optionalTextField(wrapInfo, 'wrapped_accessor'),
    creationTime: textField(wrapInfo, 'creation_time'),
    ttlSeconds: numberField(wrapInfo, 'ttl'),
    creationPath: optionalTextField(wrapInfo, 'creation_path'),
  };
}

function bodyOf({ metadata, cidrList, tokenBoundCidrs }: MintRequest) {
  return {
    // Vault wants a JSON object in a string here.
    ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
    ...(cidrList === undefined ? {} : { cidr_list: cidrList }),
    ...(tokenBoundCidrs === undefined ? {} : { token_bound_cidrs: tokenBoundCidrs }),
  };
}
