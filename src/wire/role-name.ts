/** An AppRole's name as Vault keeps it: checked and lower-cased. Only `parseRoleName` makes one. */
export type RoleName = string & { readonly __brand: 'RoleName' };

const LONGEST = 512;
/** Vault's own pattern of the `role_name` in the AppRole's paths. */
const PATTERN = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;

/** The role's name in Vault's spelling, or undefined where Vault could have no role of that name. */
export function parseRoleName(text: string): RoleName | undefined {
  if (text.length > LONGEST || !PATTERN.test(text)) return undefined;
  return text.toLowerCase() as RoleName;
}

/** The path, without Vault's `v1/`, at which a role's secret_ids are minted: the creation_path of their wrapping tokens. */
export function secretIdPath(mount: string, role: RoleName): string {
  return `auth/${mount}/role/${role}/secret-id`;
}

/** The role in a wrapping token's creation_path, or undefined if it is not a secret_id's of that mount. */
export function roleOfCreationPath(mount: string, creationPath: string): RoleName | undefined {
  const [head, tail] = [`auth/${mount}/role/`, '/secret-id'];
  if (!creationPath.startsWith(head) || !creationPath.endsWith(tail)) return undefined;
  return parseRoleName(creationPath.slice(head.length, -tail.length));
}
