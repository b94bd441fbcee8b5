import { inFileOrder, type Problem } from './problem.ts';
import { contradictions } from './rules/contradictions.ts';
import { type ReadFile, readConfiguredFiles } from './rules/files.ts';
import { equalPorts } from './rules/ports.ts';
import { SCHEMA } from './schema/configuration.ts';
import { schemaProblems } from './schema/issues.ts';
import { type Settings, toSettings } from './settings.ts';
import { type SettingsWarning, settingsWarnings } from './settings-warnings.ts';
import { type Environment, expandTree } from './yaml/expand.ts';
import { parseTree } from './yaml/parse-tree.ts';
import { isEmpty, type Mapping, type Tree } from './yaml/tree.ts';

export type Loaded =
  | {
      readonly ok: true;
      readonly settings: Settings;
      readonly warnings: readonly SettingsWarning[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a configuration: YAML, then the environment's variables in it, then every rule. All
 * problems are found at once and come in the order of the file; no text whatever makes it throw.
 */
export function loadSettings(text: string, environment: Environment, readFile: ReadFile): Loaded {
  const parsed = parseTree(text);
  if (parsed.tree === undefined) return { ok: false, problems: parsed.problems };
  if (parsed.tree.kind !== 'mapping') return { ok: false, problems: [noMapping(parsed.tree)] };
  const expanded = expandTree(parsed.tree, environment);
  const { settings, problems } = validate(expanded.tree, readFile);
  const unread = [...parsed.problems, ...expanded.problems];
  if (unread.length > 0 || settings === undefined) {
    return { ok: false, problems: inFileOrder([...unread, ...withoutKeysOf(unread, problems)]) };
  }
  return { ok: true, settings, warnings: settingsWarnings(settings, expanded.tree) };
}

function validate(
  tree: Tree,
  readFile: ReadFile,
): { settings: Settings | undefined; problems: readonly Problem[] } {
  const result = SCHEMA.safeParse(tree);
  const { files, problems: fileProblems } = readConfiguredFiles(tree, readFile);
  const problems = [
    ...(result.success ? [] : schemaProblems(tree, result.error.issues)),
    ...contradictions(tree),
    ...equalPorts(tree),
    ...fileProblems,
  ];
  const right = result.success && problems.length === 0;
  return { settings: right ? toSettings(result.data, files) : undefined, problems };
}

function noMapping(tree: Exclude<Tree, Mapping>): Problem {
  const nothing: Tree = { kind: 'mapping', at: tree.at, entries: new Map() };
  const missing = SCHEMA.safeParse(nothing).error?.issues.map(({ path }) => path.join('.')) ?? [];
  const required = [...missing, ...contradictions(nothing).map(({ key }) => key)];
  return {
    at: tree.at,
    key: '',
    wrong: isEmpty(tree) ? 'there are no settings' : 'the settings are not `key: value` lines',
    write: `write at least ${required.join(', ')}`,
  };
}

/** A value that could not be read has been said to be wrong; that it is also no port says nothing. */
function withoutKeysOf(unread: readonly Problem[], problems: readonly Problem[]): Problem[] {
  const keys = new Set(unread.map(({ key }) => key));
  return problems.filter(({ key }) => !keys.has(key));
}
