import type { Alias, Node, YAMLMap, Scalar as YamlScalar } from 'yaml';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { inFileOrder, keyPath, type Path, type Position, type Problem } from '../problem.ts';
import { MappingBuilder } from './mapping-builder.ts';
import { syntaxProblem } from './syntax-problem.ts';
import { isScalarValue, type Mapping, type Scalar, type Tree } from './tree.ts';

/** More than any configuration has; aliases of aliases can turn a short text into millions. */
const MOST_VALUES = 10_000;
/** Deeper than any configuration goes. */
const DEEPEST = 32;

/** What every step through the document needs. */
interface Walk {
  readonly document: Document;
  readonly positionAt: (offset: number) => Position;
  readonly problems: Problem[];
  /** The nodes around the present one: an alias to one of them would never end. */
  readonly around: Set<Node>;
  values: number;
}

/**
 * Reads YAML 1.2 (core schema, one document, merge keys) into a tree. Where the syntax is broken
 * there is no tree; duplicate keys and bad aliases leave one, so that more can be said about it.
 */
export function parseTree(text: string): { tree: Tree | undefined; problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
    schema: 'core',
    resolveKnownTags: false,
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = [...document.errors, ...document.warnings].map((error) =>
    syntaxProblem(error, positionAt(error.pos[0])),
  );
  if (broken.length > 0) return { tree: undefined, problems: firstOfEachLine(broken) };
  const walk = { document, positionAt, problems: [], around: new Set<Node>(), values: 0 };
  const tree = toTree(walk, document.contents, [], positionAt(0));
  return { tree, problems: walk.problems };
}

/** One mistake of syntax makes the parser stumble several times over the same line. */
function firstOfEachLine(problems: readonly Problem[]): Problem[] {
  const seen = new Set<number>();
  return inFileOrder(problems).filter(({ at }) => !seen.has(at.line) && seen.add(at.line));
}

/** `outerAt` is where to point at a value that has no text of its own. */
function toTree(walk: Walk, node: Node | null, path: Path, outerAt: Position): Tree {
  const [start, end] = node?.range ?? [0, 0];
  const at = start === end ? outerAt : walk.positionAt(start);
  if (node === null || !isRoomLeft(walk, path, at)) return nothing(at);
  if (isAlias(node)) return follow(walk, node, path, at);
  if (isScalar(node)) return toScalar(node, at);
  walk.around.add(node);
  const tree = isMap(node)
    ? toMapping(walk, node as YAMLMap<YamlScalar, Node | null>, path, at)
    : toList(walk, node, path, at);
  walk.around.delete(node);
  return tree;
}

/** Counts the value, and says once where there are too many. */
function isRoomLeft(walk: Walk, path: Path, at: Position): boolean {
  walk.values += 1;
  if (walk.values === MOST_VALUES + 1) {
    const wrong = `the configuration has more than ${MOST_VALUES} values from here on`;
    walk.problems.push({ at, key: keyPath(path), wrong, write: 'use fewer aliases' });
  }
  if (path.length === DEEPEST) {
    const wrong = `lies ${DEEPEST} levels deep`;
    walk.problems.push({
      at,
      key: keyPath(path),
      wrong,
      write: 'no setting lies deeper than 4 levels',
    });
  }
  return walk.values <= MOST_VALUES && path.length < DEEPEST;
}

function follow(walk: Walk, alias: Alias, path: Path, at: Position): Tree {
  const target = alias.resolve(walk.document);
  if (target !== undefined && !walk.around.has(target)) return toTree(walk, target, path, at);
  const wrong =
    target === undefined
      ? 'a value that starts with `*` is an alias, and no anchor (`&name`) of its name stands before it'
      : 'is an alias of something that contains it';
  const write = 'put the value in quotes if it is text';
  walk.problems.push({ at, key: keyPath(path), wrong, write });
  return nothing(at);
}

function toList(walk: Walk, node: Node, path: Path, at: Position): Tree {
  const nodes = isSeq<Node | null>(node) ? node.items : [];
  const items = nodes.map((item, index) => {
    const itemAt = item?.range ? walk.positionAt(item.range[0]) : at;
    return toTree(walk, item, [...path, index], itemAt);
  });
  return { kind: 'list', at, items };
}

function toMapping(
  walk: Walk,
  node: YAMLMap<YamlScalar, Node | null>,
  path: Path,
  at: Position,
): Mapping {
  const builder = new MappingBuilder(path);
  for (const { key, value } of node.items) {
    const keyAt = key.range ? walk.positionAt(key.range[0]) : at;
    const name = String(key.value);
    const merges = name === '<<' && key.type === 'PLAIN';
    const tree = toTree(walk, value, merges ? path : [...path, name], keyAt);
    if (merges) builder.merge(keyAt, tree);
    else builder.set(keyAt, name, tree);
  }
  const { entries, problems } = builder.build();
  walk.problems.push(...problems);
  return { kind: 'mapping', at, entries };
}

function toScalar(node: YamlScalar, at: Position): Scalar {
  const text = node.source ?? '';
  return { kind: 'scalar', at, value: isScalarValue(node.value) ? node.value : text, text };
}

function nothing(at: Position): Scalar {
  return { kind: 'scalar', at, value: null, text: '' };
}
