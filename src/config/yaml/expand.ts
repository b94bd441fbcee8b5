import { isScalar, type ScalarTag, Schema } from 'yaml';
import { keyPath, type Path, type Problem } from '../problem.ts';
import { type Entry, isScalarValue, type Scalar, type ScalarValue, type Tree } from './tree.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `$NAME` and `${NAME}` in every string by the environment's values; `$$` is a dollar, and
 * a `$` before anything else stays. A string that changed is read again as a YAML scalar, so that
 * `port: $PORT` is a number. Keys stay as they are.
 */
export function expandTree(
  tree: Tree,
  environment: Environment,
): { tree: Tree; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  return { tree: expand(tree, [], environment, problems), problems };
}

function expand(tree: Tree, path: Path, environment: Environment, problems: Problem[]): Tree {
  const inside = (value: Tree, step: string | number) =>
    expand(value, [...path, step], environment, problems);
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(inside) };
  if (tree.kind === 'mapping') {
    const entries = [...tree.entries].map(([name, entry]): [string, Entry] => [
      name,
      { ...entry, value: inside(entry.value, name) },
    ]);
    return { ...tree, entries: new Map(entries) };
  }
  if (typeof tree.value !== 'string') return tree;
  const expansion = expandText(tree.value, environment);
  for (const flaw of expansion.flaws) problems.push({ at: tree.at, key: keyPath(path), ...flaw });
  const stays = expansion.flaws.length > 0 || expansion.text === tree.value;
  return stays ? tree : readAgain(tree, tree.value, expansion.text);
}

function readAgain(scalar: Scalar, expandedFrom: string, expanded: string): Scalar {
  const text = expanded.trim();
  return { ...scalar, value: readScalar(text), text, expandedFrom };
}

const CORE_TAGS = new Schema({ schema: 'core' }).tags.filter(
  (tag): tag is ScalarTag => tag.collection === undefined && tag.default === true,
);

/** The value of a plain scalar in YAML's core schema. */
function readScalar(text: string): ScalarValue {
  const tag = CORE_TAGS.find(({ test }) => test?.test(text));
  if (tag === undefined) return text;
  const resolved = tag.resolve(text, () => {}, {});
  const value = isScalar(resolved) ? resolved.value : resolved;
  return isScalarValue(value) ? value : text;
}

/** `$$`, `$NAME`, or `${` and all up to its brace, if there is one. */
const VARIABLE = /\$(?:\$|(?<bare>[A-Za-z_]\w*)|\{(?<braced>[^}]*)(?<closed>\}?))/g;
const NAME = /^[A-Za-z_]\w*$/;

interface Flaw {
  readonly wrong: string;
  readonly write: string;
}

function expandText(text: string, environment: Environment): { text: string; flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const expanded = text.replace(VARIABLE, (...match) => {
    const groups: { bare?: string; braced?: string; closed?: string } = match.at(-1);
    const name = groups.bare ?? groups.braced;
    if (name === undefined) return '$';
    if (groups.closed === '' || !NAME.test(name)) {
      flaws.push(MALFORMED);
      return '';
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) flaws.push(unset(name));
    return value ?? '';
  });
  return { text: expanded, flaws };
}

const MALFORMED: Flaw = {
  wrong: `"\${" starts the name of an environment variable, and none follows that ends with "}"`,
  write: `write "\${NAME}", or "$\${" where these characters are meant`,
};

function unset(name: string): Flaw {
  return {
    wrong: `the environment variable ${name} is not set`,
    write: `set it, or write "$$${name}" where a dollar sign is meant`,
  };
}
