/** Reads a file of the credentials directory; undefined where it is not there. */
export type ReadCredentialFile = (name: string) => string | undefined;

/** No credential, or none that can be read; the message repeats nothing of it. */
export class NoCredentialError extends Error {
  override readonly name = 'NoCredentialError';
}

interface Kind {
  readonly file: string;
  readonly title: string;
  /** Label and JSON key of each line; the keys of `secrets` are shown by their beginning alone. */
  readonly lines: readonly (readonly [label: string, key: string])[];
}

const SECRETS: readonly string[] = ['clientToken', 'secretId', 'wrappedSecretId'];

const KINDS: readonly Kind[] = [
  {
    file: 'vault-token',
    title: 'Found Vault token...',
    lines: [
      ['Token', 'clientToken'],
      ['Accessor', 'accessor'],
      ['Lease Duration', 'leaseDuration'],
      ['Renewable', 'renewable'],
      ['Vault Address', 'vaultAddr'],
    ],
  },
  {
    file: 'vault-secret-id',
    title: 'Found Vault secret_id...',
    lines: [
      ['RoleID', 'roleId'],
      ['SecretID', 'secretId'],
      ['Accessor', 'accessor'],
      ['Vault Address', 'vaultAddr'],
    ],
  },
  {
    file: 'vault-wrapped-secret-id',
    title: 'Found wrapped Vault secret_id...',
    lines: [
      ['RoleID', 'roleId'],
      ['Wrapped SecretID', 'wrappedSecretId'],
      ['TTL', 'ttl'],
      ['Vault Address', 'vaultAddr'],
    ],
  },
];

/**
 * What an app was given, for people: no secret is shown whole.
 * @throws NoCredentialError
 */
export function describeCredential(read: ReadCredentialFile): string {
  for (const kind of KINDS) {
    const content = read(kind.file);
    if (content === undefined) continue;
    const fields = parse(kind.file, content);
    const rows = kind.lines.map(([label, key]) => [label, show(key, fields[key])] as const);
    const bundle = read('ca.crt') !== undefined;
    return [kind.title, ...aligned([...rows, ['CA Bundle Exists', String(bundle)]])].join('\n');
  }
  const files = KINDS.map(({ file }) => file).join(', ');
  throw new NoCredentialError(`none of ${files} is there`);
}

function parse(file: string, content: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below: the parser's own message would repeat the content.
  }
  throw new NoCredentialError(`${file} is not a JSON object`);
}

function show(key: string, value: unknown): string {
  const whole = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  if (!SECRETS.includes(key)) return whole;
  const shown = whole.slice(0, Math.min(6, Math.floor(whole.length / 4)));
  return `${shown}… (${whole.length} characters)`;
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length)) + 3;
  return rows.map(([label, value]) => `${`${label}:`.padEnd(width)}${value}`);
}
