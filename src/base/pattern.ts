/** What a name is compared with: as written by a person, and compiled. */
export interface Pattern {
  readonly source: string;
  /** Matches whole names; without state, so `test` may be called at will. */
  readonly matches: RegExp;
}

/** A glob, matched against the whole name, case-sensitively: `*` is any text, `?` one character. */
export function compileGlob(source: string): Pattern {
  const body = source
    .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return { source, matches: new RegExp(`^${body}$`, 'su') };
}
