import { compileGlob, type Pattern } from '../../base/pattern.ts';
import type { Scalar } from '../yaml/tree.ts';
import { kubernetesName } from './basic.ts';
import { compileGoRegex, compileWholeGoRegex } from './go-regex.ts';
import { bad, good, quoted, type Read } from './reading.ts';

/** Which namespaces are watched. A regex is unanchored and ignores case, as in the original. */
export type WatchScope =
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'matching'; readonly regex: RegExp };

export const watchScope: Read<WatchScope> = (scalar) => {
  if (!scalar.text.startsWith('~')) {
    const name = kubernetesName(scalar);
    return name.ok ? good({ kind: 'one', name: name.value }) : name;
  }
  const source = scalar.text.slice(1);
  if (source === '') return bad('has no regular expression after the ~', '"~.*"');
  const compiled = compileGoRegex(source);
  return compiled.ok
    ? good({ kind: 'matching', regex: compiled.regex })
    : bad(unusable(scalar, compiled.reason), '~^(staging|default)$');
};

/** A glob over AppRoles. Vault keeps their names in lower case, whatever its callers write. */
export const approlePattern: Read<Pattern> = (scalar) =>
  /^[A-Za-z0-9_.*?-]+$/.test(scalar.text)
    ? good({ ...compileGlob(scalar.text.toLowerCase()), source: scalar.text })
    : bad(
        `${quoted(scalar)} is not a glob over AppRole names (letters, digits, \`_\`, \`.\`, \`-\`, with \`*\` and \`?\`)`,
      );

/** A glob over namespaces, or `~` and a regular expression; either matches the whole name. */
export const namespacePattern: Read<Pattern> = (scalar) => {
  if (!scalar.text.startsWith('~')) {
    return /^[a-z0-9*?-]+$/.test(scalar.text)
      ? good(compileGlob(scalar.text))
      : bad(
          `${quoted(scalar)} is not a glob over namespaces (lower-case letters, digits, \`-\`, with \`*\` and \`?\`)`,
        );
  }
  const source = scalar.text.slice(1);
  if (source === '') return bad('has no regular expression after the ~', '"*"');
  const compiled = compileWholeGoRegex(source);
  return compiled.ok
    ? good({ source: scalar.text, matches: compiled.regex })
    : bad(unusable(scalar, compiled.reason), '"~team-(eu|us)"');
};

function unusable(scalar: Scalar, reason: string): string {
  return `${quoted(scalar)} is not a regular expression that can be used here: ${reason}`;
}

export const serviceAccountPattern: Read<Pattern> = (scalar) =>
  /^[a-z0-9.*?-]+$/.test(scalar.text)
    ? good(compileGlob(scalar.text))
    : bad(
        `${quoted(scalar)} is not a glob over service accounts (lower-case letters, digits, \`-\`, \`.\`, with \`*\` and \`?\`)`,
      );
