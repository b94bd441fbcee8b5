import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';

/** A value of values.yaml: its path, its default, and the comment above it. */
export interface DescribedValue {
  readonly path: readonly string[];
  readonly fallback: unknown;
  /** Without `#`; of a comment with an example, the words before that. Empty where there is none. */
  readonly comment: string;
}

/** All values of the text of a values.yaml, those of a group after the group itself. */
export function describedValues(text: string): DescribedValue[] {
  const lines = text.split('\n');
  const counter = new LineCounter();
  const { contents, errors } = parseDocument(text, { lineCounter: counter });
  if (!isMap(contents) || errors.length > 0) throw new Error(`no values: ${errors.join(', ')}`);
  const commentAt = (offset: number) => commentAbove(lines, counter.linePos(offset).line - 1);
  return valuesOf(contents, [], commentAt);
}

function valuesOf(
  map: YAMLMap,
  path: readonly string[],
  commentAt: (offset: number) => string,
): DescribedValue[] {
  return map.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || key.range === undefined || key.range === null) return [];
    const here = [...path, String(key.value)];
    const own = {
      path: here,
      fallback: isMap(value) ? value.toJSON() : isScalar(value) ? value.value : toJson(value),
      comment: commentAt(key.range[0]),
    };
    return [own, ...(isMap(value) ? valuesOf(value, here, commentAt) : [])];
  });
}

function toJson(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'toJSON' in node
    ? (node.toJSON as () => unknown)()
    : undefined;
}

function commentAbove(lines: readonly string[], line: number): string {
  const above: string[] = [];
  for (let at = line - 1; /^\s*#/.test(lines[at] ?? ''); at -= 1) {
    above.unshift((lines[at] ?? '').replace(/^\s*# ?/, ''));
  }
  const example = above.findIndex((words) => words.startsWith('  '));
  const words = example === -1 ? above : above.slice(0, example);
  return words.join(' ').replace(/:$/, '.');
}
