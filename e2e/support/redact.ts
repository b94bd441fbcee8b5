const HIDDEN = '[hidden]';

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, HIDDEN],
  // Tokens of Vault and of OpenBao.
  [/\b(?:hvs|hvb|hvr|s|b|r)\.[A-Za-z0-9_-]{20,}/g, HIDDEN],
  // JSON Web Tokens, as service accounts have them.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, HIDDEN],
  [/\b(Bearer\s+)\S+/gi, `$1${HIDDEN}`],
  // What a Vault in development mode says when it starts.
  [/\b(Root Token|Unseal Key[^:\n]*)(:\s*)\S+/g, `$1$2${HIDDEN}`],
  [/\b(secret_?id"?\s*[:=]\s*"?)[0-9a-f]{8}-[0-9a-f-]{27}/gi, `$1${HIDDEN}`],
  // Environment variables, and options of the same names.
  [/\b([A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD)[A-Z0-9_]*)(=|:[ \t]+)\S.*/g, `$1$2${HIDDEN}`],
  [/(-token(?:-id)?[= ])\S+/g, `$1${HIDDEN}`],
];

/** Text for a report that others read: what looks like a credential is hidden. */
export function redact(text: string): string {
  return SECRETS.reduce((clean, [pattern, by]) => clean.replaceAll(pattern, by), text);
}
