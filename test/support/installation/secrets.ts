import type { VaultCall } from './servers/vault-proxy.ts';

/** The fields of Vault's requests and answers whose values are secrets. */
const SECRET_FIELDS = new Set(['token', 'secret_id', 'client_token']);

/** What is left of a secret that was cut, and still too much of it. */
const TELLING_LENGTH = 12;

/** Where the secrets, or telling parts of them, stand in what was printed, in any common encoding. */
export function leaks(secrets: readonly string[], printed: ReadonlyMap<string, string>): string[] {
  return [...printed].flatMap(([name, text]) =>
    secrets
      .filter((secret) => formsOf(secret).some((form) => text.includes(form)))
      .map((secret) => `${name} printed a secret: ${secret.slice(0, 4)}…`),
  );
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
  const plain = secret.replace(/^s\./, '');
  return [plain.slice(0, TELLING_LENGTH), plain.slice(-TELLING_LENGTH), ...encoded].filter(
    (form) => form.length >= TELLING_LENGTH,
  );
}

/** Every secret that passed in these calls. */
export function secretsIn(calls: readonly VaultCall[]): string[] {
  const found = new Set<string>();
  for (const { headers, body, answer } of calls) {
    const token = headers['x-vault-token'];
    if (token !== undefined) found.add(token);
    for (const text of [body, answer]) collect(parsed(text), found);
  }
  return [...found];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (SECRET_FIELDS.has(name) && typeof inner === 'string' && inner !== '') found.add(inner);
    else collect(inner, found);
  }
}
