import { type Fields, VaultRefusal } from './call.ts';
import { parseSeconds, secondsField } from './fields.ts';

/** What a policy allows at one path; `*` at its end stands for anything, `+` for one segment. */
export interface Rule {
  readonly path: string;
  readonly capabilities: readonly string[];
  /** Answers must be wrapped, for at least so long. */
  readonly minWrappingSeconds: number;
}

const RULE = /path\s*"([^"]+)"\s*\{([^}]*)\}/g;

/**
 * The rules of a policy, in HCL (`path "…" { capabilities = […] }`) or JSON.
 * @throws VaultRefusal 400 for text that is neither
 */
export function parsePolicy(text: string): Rule[] {
  if (text.trimStart().startsWith('{')) return parseJsonPolicy(text);
  const rules = [...text.matchAll(RULE)].map(([, path = '', body = '']) => {
    const list = /capabilities\s*=\s*\[([^\]]*)\]/.exec(body)?.[1] ?? '';
    const wrapping = /min_wrapping_ttl\s*=\s*"?([^"\s]+)"?/.exec(body)?.[1] ?? '0';
    const capabilities = [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    return { path, capabilities, minWrappingSeconds: parseSeconds(wrapping) ?? 0 };
  });
  if (rules.length === 0 && text.trim() !== '') throw unreadable();
  return rules;
}

function parseJsonPolicy(text: string): Rule[] {
  try {
    const { path: paths } = JSON.parse(text) as { path: Record<string, Fields> };
    return Object.entries(paths).map(([path, body]) => ({
      path,
      capabilities: body['capabilities'] as string[],
      minWrappingSeconds: secondsField(body, 'min_wrapping_ttl'),
    }));
  } catch {
    throw unreadable();
  }
}

function unreadable(): VaultRefusal {
  return new VaultRefusal(400, 'failed to parse policy: not a policy');
}

/** What everybody's token may do, by the policy `default`. */
export const DEFAULT_POLICY = parsePolicy(`
  path "auth/token/lookup-self" { capabilities = ["read"] }
  path "auth/token/renew-self" { capabilities = ["update"] }
  path "auth/token/revoke-self" { capabilities = ["update"] }
  path "sys/capabilities-self" { capabilities = ["update"] }
  path "sys/wrapping/lookup" { capabilities = ["update"] }
  path "sys/wrapping/unwrap" { capabilities = ["update"] }
  path "sys/wrapping/wrap" { capabilities = ["update"] }
`);

/** The rule that decides about a path: of those that match it the most exact one. */
export function ruleFor(rules: readonly Rule[], path: string): Rule | undefined {
  return rules.filter((rule) => covers(rule.path, path)).sort(moreExactFirst)[0];
}

function covers(pattern: string, path: string): boolean {
  const isPrefix = pattern.endsWith('*');
  const [parts, given] = [pattern.replace(/\*$/, '').split('/'), path.split('/')];
  if (isPrefix ? given.length < parts.length : given.length !== parts.length) return false;
  return parts.every((part, at) => {
    if (part === '+') return true;
    const isLast = at === parts.length - 1;
    return isPrefix && isLast ? given[at]?.startsWith(part) : given[at] === part;
  });
}

/** Vault's order of priority (its documentation of policies): what is decided first comes first. */
function rank(pattern: string): number[] {
  const wildcard = pattern.search(/[*+]/);
  return [
    wildcard < 0 ? Number.POSITIVE_INFINITY : wildcard,
    pattern.endsWith('*') ? 0 : 1,
    -pattern.split('+').length,
    pattern.length,
  ];
}

function moreExactFirst(a: Rule, b: Rule): number {
  const [ranksOfA, ranksOfB] = [rank(a.path), rank(b.path)];
  const at = ranksOfA.findIndex((value, index) => value !== ranksOfB[index]);
  return at < 0 ? 0 : (ranksOfB[at] ?? 0) - (ranksOfA[at] ?? 0);
}
