export type CompiledRegex =
  | { readonly ok: true; readonly regex: RegExp }
  | { readonly ok: false; readonly reason: string };

/** What Go reads in a way that JavaScript has no or another meaning for. */
const NOT_SHARED: readonly [found: RegExp, reason: string][] = [
  [/\[:\^?\w+:\]/, 'POSIX classes such as [[:alpha:]] are not known here: write [a-z]'],
  [/\\A/, '\\A is not known here: write ^'],
  [/\\[zZ]/, '\\z is not known here: write $'],
  [/\(\?P</, '(?P<name>…) is not known here: write (…)'],
];

/** An escape that only makes a character literal, in Go; JavaScript knows it for some alone. */
const ESCAPE = /\\(.)/gsu;
const NEEDLESS = /[ !"#%&',:;<=>@_`~-]/;

/**
 * Compiles a regular expression that was written for the original (Go, RE2): flags `iu`, as it
 * always ignored case, and a leading `(?i)` means nothing new. What the two dialects read
 * differently is refused, instead of silently matching something else.
 */
export function compileGoRegex(source: string): CompiledRegex {
  return compile(source.replace(/^\(\?i\)/, ''), 'iu');
}

/** The same dialect, matched case-sensitively against the whole name. */
export function compileWholeGoRegex(source: string): CompiledRegex {
  if (source.startsWith('(?i)')) {
    return { ok: false, reason: 'names are compared case-sensitively here: remove (?i)' };
  }
  const bare = compile(source, 'u');
  return bare.ok ? { ok: true, regex: new RegExp(`^(?:${bare.regex.source})$`, 'u') } : bare;
}

function compile(source: string, flags: string): CompiledRegex {
  const withoutPairs = source.replaceAll('\\\\', '');
  const notShared = NOT_SHARED.find(([found]) => found.test(withoutPairs));
  if (notShared !== undefined) return { ok: false, reason: notShared[1] };
  const portable = source.replace(ESCAPE, (whole, character: string) =>
    NEEDLESS.test(character) ? hexEscape(character) : whole,
  );
  try {
    return { ok: true, regex: new RegExp(portable, flags) };
  } catch (error) {
    return { ok: false, reason: engineReason(error) };
  }
}

function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** V8 says `Invalid regular expression: /(/iu: Unterminated group`; the last part is the news. */
function engineReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(message.lastIndexOf(': ') + 2).toLowerCase();
}
