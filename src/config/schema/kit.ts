// As a namespace: through `{ z }` the bundle would hold the whole library, 6 MB more of memory.
import * as z from 'zod';
import type { Read } from '../values/reading.ts';
import { isEmpty, type Scalar, type Tree } from '../yaml/tree.ts';

/** What the reference and the error messages say of a key. */
export interface KeyDoc {
  /** In a word or two: `text`, `port`, `list of globs`. */
  readonly type: string;
  readonly meaning: string;
  /** A value as one writes it in YAML. */
  readonly example: string;
  /** What holds where the key is absent, for people; undefined for required keys. */
  readonly default?: string;
}

/** What stands at a place of the configuration. */
export type Place =
  | { readonly kind: 'key'; readonly doc: KeyDoc }
  | { readonly kind: 'list'; readonly doc: KeyDoc; readonly item: z.core.$ZodType }
  | { readonly kind: 'section'; readonly meaning: string; readonly shape: z.ZodRawShape };

const PLACES = new WeakMap<z.core.$ZodType, Place>();

/** What a schema that was made here stands for. */
export function placeOf(schema: z.core.$ZodType): Place | undefined {
  return PLACES.get(schema);
}

function placed<S extends z.ZodType>(schema: S, place: Place): S {
  PLACES.set(schema, place);
  return schema;
}

/** What our own problems carry besides their text: what to write, if not the key's example. */
export interface ProblemParams {
  readonly example?: string;
}

type Context = z.core.$RefinementCtx;

function refuse(context: Context, wrong: string, params: ProblemParams = {}): never {
  context.addIssue({ code: 'custom', message: wrong, params: { ...params } });
  return z.NEVER;
}

/** What stands at a key, if anything does. */
const treeInput = () => z.custom<Tree | undefined>();

/** A key that must be there. */
export function required<T>(doc: KeyDoc, read: Read<T>) {
  return key(doc, (tree, context) => {
    if (tree === undefined) return refuse(context, 'is required');
    return isEmpty(tree) ? refuse(context, 'is empty') : readScalar(tree, read, context);
  });
}

/** A value in a list. */
export function item<T>(example: string, read: Read<T>) {
  return required({ type: '', meaning: '', example }, read);
}

/** A key that may be absent, or stand there with nothing behind it, which is the same. */
export function optional<T, const D>(doc: KeyDoc, read: Read<T>, otherwise: D) {
  return key(doc, (tree, context): T | D =>
    tree === undefined || isEmpty(tree) ? otherwise : readScalar(tree, read, context),
  );
}

/** A key that may be absent, but not empty: where a slip would allow more than was meant. */
export function explicit<T, const D>(doc: KeyDoc, read: Read<T>, otherwise: D) {
  return key(doc, (tree, context): T | D => {
    if (tree === undefined) return otherwise;
    return isEmpty(tree) ? refuse(context, 'is empty') : readScalar(tree, read, context);
  });
}

function key<T>(doc: KeyDoc, convert: (tree: Tree | undefined, context: Context) => T) {
  return placed(treeInput().transform(convert), { kind: 'key', doc });
}

function readScalar<T>(tree: Tree, read: Read<T>, context: Context): T {
  if (tree.kind !== 'scalar') return refuse(context, `is a ${tree.kind}, not a single value`);
  const reading = read(tree);
  if (reading.ok) return reading.value;
  const { wrong, example } = reading;
  return refuse(context, wrong, example === undefined ? {} : { example });
}

/** A list that may be absent or empty, which is the same. */
export function optionalList<S extends z.ZodType>(doc: KeyDoc, item: S) {
  const list = listOf(item, (tree, context) =>
    tree === undefined || isEmpty(tree) ? [] : itemsOf(tree, context),
  );
  return placed(list, { kind: 'list', doc, item });
}

/** The same, which may also be one text with commas between its items: so the original took every list. */
export function optionalListOrText<S extends z.ZodType>(doc: KeyDoc, item: S) {
  const list = listOf(item, (tree, context) => {
    if (tree === undefined || isEmpty(tree)) return [];
    return tree.kind === 'scalar' ? itemsOfText(tree) : itemsOf(tree, context);
  });
  return placed(list, { kind: 'list', doc, item });
}

function itemsOfText(scalar: Scalar): Scalar[] {
  const texts = scalar.text.split(',').map((text) => text.trim());
  return texts.map((text) => ({ ...scalar, value: text, text }));
}

/** A list that must be there; `[]` is an answer, nothing at all is none. */
export function explicitList<S extends z.ZodType>(doc: KeyDoc, item: S) {
  const list = listOf(item, (tree, context) =>
    tree === undefined ? refuse(context, 'is required') : itemsOf(tree, context),
  );
  return placed(list, { kind: 'list', doc, item });
}

/** A list that must be there and hold something. */
export function filledList<S extends z.ZodType>(doc: KeyDoc, item: S) {
  const list = listOf(item, (tree, context) =>
    tree === undefined ? refuse(context, 'is required') : filledItemsOf(tree, context),
  );
  return placed(list, { kind: 'list', doc, item });
}

/** A list that may be absent, but holds something where it stands. */
export function optionalFilledList<S extends z.ZodType>(doc: KeyDoc, item: S) {
  const list = z.custom<Tree>().transform(filledItemsOf).pipe(z.array(item));
  return placed(z.optional(list), { kind: 'list', doc, item });
}

function listOf<S extends z.ZodType>(
  item: S,
  convert: (tree: Tree | undefined, context: Context) => unknown,
) {
  return treeInput().transform(convert).pipe(z.array(item));
}

function filledItemsOf(tree: Tree, context: Context): unknown {
  return isEmpty(tree) ? refuse(context, 'is empty') : itemsOf(tree, context);
}

function itemsOf(tree: Tree, context: Context): unknown {
  if (tree.kind === 'list') return tree.items;
  if (isEmpty(tree)) return refuse(context, 'is empty');
  const what = tree.kind === 'scalar' ? 'single value' : tree.kind;
  return refuse(context, `is a ${what}, not a list`);
}

/** A group of keys. Absent, or with nothing behind it, it is a group of none. */
export function section<S extends z.ZodRawShape>(meaning: string, shape: S) {
  const group = treeInput()
    .transform((tree, context) => entriesOf(shape, tree, context))
    .pipe(z.strictObject(shape));
  return placed(group, { kind: 'section', meaning, shape });
}

/** A group of keys that may be absent, or stand there with nothing behind it, which is the same. */
export function optionalSection<S extends z.ZodRawShape>(meaning: string, shape: S) {
  const group = z
    .custom<Tree>()
    .transform((tree, context) => entriesOf(shape, tree, context))
    .pipe(z.strictObject(shape));
  const optionalGroup = treeInput()
    .transform((tree) => (tree === undefined || isEmpty(tree) ? undefined : tree))
    .pipe(z.optional(group));
  return placed(optionalGroup, { kind: 'section', meaning, shape });
}

/** A group of keys that may be absent, but not empty: where a slip would allow more than was meant. */
export function explicitSection<S extends z.ZodRawShape>(meaning: string, shape: S) {
  const group = z
    .custom<Tree>()
    .transform((tree, context) =>
      isEmpty(tree) ? refuse(context, 'is empty') : entriesOf(shape, tree, context),
    )
    .pipe(z.strictObject(shape));
  return placed(z.optional(group), { kind: 'section', meaning, shape });
}

/** What stands at each key; keys that are absent too, so that their schemas are asked. */
function entriesOf(shape: z.ZodRawShape, tree: Tree | undefined, context: Context): unknown {
  const absent = Object.keys(shape).map((name): [string, unknown] => [name, undefined]);
  if (tree === undefined || isEmpty(tree)) return Object.fromEntries(absent);
  if (tree.kind === 'mapping') {
    const present = [...tree.entries].map(([name, { value }]): [string, unknown] => [name, value]);
    return Object.fromEntries([...absent, ...present]);
  }
  const what = tree.kind === 'scalar' ? 'single value' : tree.kind;
  return refuse(context, `is a ${what}, not a group of keys`);
}
