/** The fields of vault-sidekick's struct that its format `kubernetes-vault` fills or is confused by. */
const FIELDS: Readonly<Record<string, 'string' | 'integer' | 'boolean'>> = {
  clienttoken: 'string',
  token: 'string',
  leaseduration: 'integer',
  renewable: 'boolean',
  method: 'string',
  vaultaddr: 'string',
  role_id: 'string',
  secret_id: 'string',
  filename: 'string',
  fileformat: 'string',
  username: 'string',
  password: 'string',
};

/** What vault-sidekick goes on with. */
export interface SidekickOptions {
  readonly method: string | undefined;
  readonly token: string | undefined;
  readonly vaultUrl: string | undefined;
}

/**
 * Reads a file as vault-sidekick does with AUTH_FORMAT=kubernetes-vault: as JSON, whose names fit
 * whatever their case, and whose other names it passes over.
 * @throws Error where a value is not of the type that Go wants
 */
export function readAsSidekick(file: string): SidekickOptions {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(JSON.parse(file) as object)) {
    const field = name.toLowerCase();
    const wanted = FIELDS[field];
    if (wanted === undefined) continue;
    const type = Number.isInteger(value) ? 'integer' : typeof value;
    if (type !== wanted) throw new Error(`cannot read ${name} into a ${wanted}`);
    found.set(field, String(value));
  }
  const clientToken = found.get('clienttoken') ?? '';
  const isToken = clientToken !== '';
  return {
    method: isToken ? 'token' : found.get('method'),
    token: isToken ? clientToken : found.get('token'),
    vaultUrl: found.get('vaultaddr'),
  };
}
