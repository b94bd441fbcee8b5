import type { ErrorCode, YAMLError } from 'yaml';
import type { Position, Problem } from '../problem.ts';

interface Explanation {
  readonly code?: ErrorCode;
  /** What tells this cause from others of the same code in the library's message. */
  readonly says?: RegExp;
  readonly wrong: string;
  readonly write: string;
}

/**
 * The mistakes that people make, in our own words: the library's would repeat parts of the file,
 * or speak of its own API. The first that fits counts.
 */
const EXPLANATIONS: readonly Explanation[] = [
  {
    code: 'TAB_AS_INDENT',
    wrong: 'a tab stands where spaces must',
    write: 'indent with two spaces',
  },
  {
    code: 'MULTIPLE_DOCS',
    wrong: 'a second document starts here',
    write: 'write one document; remove the `---` line and what does not belong to it',
  },
  {
    code: 'NON_STRING_KEY',
    wrong: 'a key is not plain text',
    write: 'write `key: value`; a value that starts with `{` or `[` needs quotes if it is text',
  },
  {
    code: 'TAG_RESOLVE_FAILED',
    wrong: 'a value that starts with `!` is a tag, and this one is unknown',
    write: 'put the value in quotes if it is text',
  },
  {
    code: 'BAD_DQ_ESCAPE',
    wrong: 'a backslash in double quotes starts an escape, and this one is unknown',
    write: "use single quotes ('…'), where a backslash is only a backslash",
  },
  {
    code: 'BAD_DIRECTIVE',
    wrong: 'a line that starts with `%` is a directive, and this one is unknown',
    write: 'remove it',
  },
  {
    code: 'BAD_SCALAR_START',
    wrong: 'a value cannot start with this character',
    write: 'put the value in quotes',
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    wrong: 'a second `: ` stands behind the first, or the line is indented too far',
    write: 'put the value in quotes if it holds `: `; else indent like the line above',
  },
  {
    code: 'RESOURCE_EXHAUSTION',
    wrong: 'too many levels lie inside each other',
    write: 'no setting lies deeper than 4 levels',
  },
  { says: /closing.*quote/, wrong: 'a quote is not closed', write: 'close it on the same line' },
  {
    says: /end with a|flow collection/i,
    wrong: 'a `[` or `{` is not closed',
    write: 'close it with `]` or `}`',
  },
  {
    says: /Implicit (map )?keys? need/,
    wrong: 'a key stands without its colon, or a line is indented wrongly',
    write: 'write `key: value`, indented like its neighbours',
  },
  {
    code: 'BAD_INDENT',
    wrong: 'the indentation does not fit the lines around it',
    write: 'start all keys of one section in the same column',
  },
];

/** A problem of syntax as the YAML library found it. Never repeats the file's text: it may be the token. */
export function syntaxProblem(error: YAMLError, at: Position): Problem {
  const fits = ({ code, says }: Explanation) =>
    (code === undefined || code === error.code) && (says === undefined || says.test(error.message));
  const { wrong, write } = EXPLANATIONS.find(fits) ?? {
    wrong: libraryWords(error.message),
    write: 'write `key: value`; put the value in quotes if it is text with special characters',
  };
  return { at, key: '', wrong: `not YAML: ${wrong}`, write };
}

/** The library's own words up to where it quotes the file. */
function libraryWords(message: string): string {
  const [words = ''] = message.split(/: |"/, 1);
  return words.charAt(0).toLowerCase() + words.slice(1);
}
