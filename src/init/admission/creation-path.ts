import { type RoleName, roleOfCreationPath, secretIdPath } from '../../wire/role-name.ts';

export type CreationPathVerdict =
  | { readonly kind: 'accepted'; readonly role: RoleName }
  /** Nothing can be said of the role, and nothing must be: no role is pinned. */
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Whether a wrapping token holds a secret_id that may be exchanged here: one minted at the AppRole
 * mount, and for `role` where one is pinned. The path is in Vault's own spelling.
 * @param creationPath as `sys/wrapping/lookup` tells it; undefined where that Vault does not
 */
export function judgeCreationPath(
  creationPath: string | undefined,
  mount: string,
  role: RoleName | undefined,
): CreationPathVerdict {
  if (creationPath === undefined) {
    if (role === undefined) return { kind: 'unchecked' };
    return refused(`this Vault does not tell which role a token is for; VAULT_APPROLE is ${role}`);
  }
  const made = roleOfCreationPath(mount, creationPath);
  if (made === undefined) {
    return refused(`the token holds no secret_id of the auth method at ${mount}`);
  }
  if (role !== undefined && made !== role) {
    return refused(`the token is for ${secretIdPath(mount, made)}, VAULT_APPROLE is ${role}`);
  }
  return { kind: 'accepted', role: made };
}

function refused(reason: string): CreationPathVerdict {
  return { kind: 'refused', reason };
}
