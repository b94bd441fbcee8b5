import type { Secret } from './secret.ts';

const LONGEST = 200;
/** A secret shorter than this would blank out ordinary words; none that Vault issues is. */
const SHORTEST_SECRET = 8;

/**
 * Text from outside (Vault, receivers, annotations, the API server), made fit for a log line, an
 * Event or an answer: the given secrets are replaced in every common encoding, control characters
 * escaped, and the whole cut to 200 characters.
 */
export function sanitize(text: string, secrets: readonly Secret[] = []): string {
  let clean = text;
  for (const form of secrets.flatMap(encodings)) clean = clean.replaceAll(form, '[secret]');
  clean = escapeControls(clean);
  return clean.length > LONGEST ? `${cut(clean)}…` : clean;
}

/** Never within a character of two UTF-16 units. */
function cut(text: string): string {
  return text.slice(0, LONGEST - 1).replace(/\p{Cs}$/u, '');
}

function encodings(secret: Secret): string[] {
  const plain = secret.reveal();
  if (plain.length < SHORTEST_SECRET) return [];
  const bytes = Buffer.from(plain);
  const forms = [
    plain,
    JSON.stringify(plain).slice(1, -1),
    encodeURIComponent(plain),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** Escapes what could break a line, move a cursor or reorder text: Cc, Cf (bidi), Zl, Zp, lone surrogates. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
