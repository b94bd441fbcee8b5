import type { Path, Position } from '../problem.ts';

/** A configuration's YAML with its positions, aliases and merges resolved. */
export type Tree = Mapping | List | Scalar;

export interface Mapping {
  readonly kind: 'mapping';
  readonly at: Position;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyAt: Position;
  readonly value: Tree;
}

interface List {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly Tree[];
}

export interface Scalar {
  readonly kind: 'scalar';
  readonly at: Position;
  /** As YAML reads it. */
  readonly value: ScalarValue;
  /** As it was written, without quotes: a token `007` is a number to YAML. */
  readonly text: string;
  /** What was written, where the environment has changed it. */
  readonly expandedFrom?: string;
}

export type ScalarValue = string | number | boolean | null;

export function isScalarValue(value: unknown): value is ScalarValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** The value at `path`, or undefined. */
export function valueAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let value = tree;
  for (const step of path) value = value === undefined ? undefined : child(value, step);
  return value;
}

function child(tree: Tree, step: string | number): Tree | undefined {
  if (tree.kind === 'mapping') return tree.entries.get(String(step))?.value;
  return tree.kind === 'list' && typeof step === 'number' ? tree.items[step] : undefined;
}

/** Whether a key stands there with nothing to say: null, an empty string, an empty list. */
export function isEmpty(tree: Tree): boolean {
  if (tree.kind === 'scalar') return tree.value === null || tree.value === '';
  return tree.kind === 'list' && tree.items.length === 0;
}

/** Whether something stands at `path` that says something. */
export function isSet(tree: Tree, path: Path): boolean {
  const value = valueAt(tree, path);
  return value !== undefined && !isEmpty(value);
}

/** Where to point for `path`: at its value, or else at the key of the deepest part of it that exists. */
export function positionOf(tree: Tree, path: Path): Position {
  let at = tree.at;
  let value = tree;
  for (const step of path) {
    const inner = child(value, step);
    if (inner === undefined) return at;
    at = value.kind === 'mapping' ? (value.entries.get(String(step))?.keyAt ?? at) : inner.at;
    value = inner;
  }
  return value.at;
}
