import type { Path } from '../../src/config/problem.ts';
import { documentedKeys, keysAt, placeAt } from '../../src/config/schema/key-docs.ts';
import type { KeyDoc } from '../../src/config/schema/kit.ts';
import { BINDINGS, METADATA } from '../../src/config/schema/vault.ts';

/** A part of a JSON Schema (draft-07). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** `$NAME` may stand for any single value: what it holds is judged when the controller starts. */
const VARIABLE = '\\$';

const PORT = { type: ['integer', 'string'], minimum: 1, maximum: 65_535, pattern: VARIABLE };
const TEXT = { type: 'string' };
const URL_TEXT = { type: 'string', pattern: `^https?://|${VARIABLE}` };

function oneOf(words: readonly string[]): JsonSchema {
  return { type: 'string', pattern: `^(${words.join('|')})$|${VARIABLE}` };
}

/** What may stand at a key, by the type that the reference gives it. */
const TYPES: Readonly<Record<string, JsonSchema>> = {
  URL: URL_TEXT,
  text: TEXT,
  file: TEXT,
  path: TEXT,
  mount: TEXT,
  directory: TEXT,
  name: TEXT,
  'name or `~REGEX`': TEXT,
  'label selector': TEXT,
  'IP address': TEXT,
  boolean: { type: ['boolean', 'string'], pattern: VARIABLE },
  port: PORT,
  duration: { type: ['string', 'number'], minimum: 1 },
  [BINDINGS.map((word) => `\`${word}\``).join(', ')]: oneOf(BINDINGS),
  '`lease` or `raft`': oneOf(['lease', 'raft']),
};

const LIST_ITEMS: Readonly<Record<string, JsonSchema>> = {
  [`list of ${METADATA.map((word) => `\`${word}\``).join(', ')}`]: oneOf(METADATA),
};

/** The schema of the configuration, or of the section at `path`: exactly the keys of the reference. */
export function configSchema(path: Path = []): JsonSchema {
  const place = placeAt(path);
  if (place === undefined) throw new Error(`no key is at ${path.join('.')}`);
  if (place.kind === 'key') return { description: place.doc.meaning, ...typeSchema(place.doc) };
  if (place.kind === 'list') return listSchema(path, place.doc);
  const properties = keysAt(path).map((key) => [key, configSchema([...path, key])]);
  return {
    ...(place.meaning === '' ? {} : { description: place.meaning }),
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function typeSchema({ type }: KeyDoc): JsonSchema {
  const found = TYPES[type];
  if (found === undefined) throw new Error(`no JSON Schema is known for the type ${type}`);
  return found;
}

function listSchema(path: Path, { meaning: description, type }: KeyDoc): JsonSchema {
  const ofSections = keysAt([...path, 0]).length > 0;
  const items = ofSections ? filledSection([...path, 0]) : (LIST_ITEMS[type] ?? TEXT);
  return { description, type: 'array', items };
}

/** A section of a list: there, a key without a default must be written, and a list must hold something. */
function filledSection(path: Path): JsonSchema {
  const own = documentedKeys(path).filter((key) => key.path.length === path.length + 1);
  const required = own.filter(({ doc }) => doc.default === undefined);
  const properties = own.map(({ path: at }) => {
    const schema = configSchema(at);
    return [at.at(-1), schema['type'] === 'array' ? { ...schema, minItems: 1 } : schema];
  });
  return {
    ...configSchema(path),
    required: required.map(({ path: at }) => at.at(-1)),
    properties: Object.fromEntries(properties),
  };
}
