import type { JsonSchema } from './config-schema.ts';
import { VALUE_RULES } from './value-rules.ts';
import { type DescribedValue, describedValues } from './values-file.ts';

const TYPE_OF_DEFAULT: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  number: 'integer',
};

/**
 * The schema of the chart's values, from the text of its values.yaml: nothing but these values, each
 * of the type of its default, as VALUE_RULES say, or as the configuration's own schema says. None may
 * be null, by which Helm takes a default away.
 */
export function valuesSchema(text: string): JsonSchema {
  const values = describedValues(text);
  const unknown = Object.keys(VALUE_RULES).filter(
    (rule) => !values.some(({ path }) => path.join('.') === rule),
  );
  if (unknown.length > 0) throw new Error(`there are no values ${unknown.join(', ')}`);
  const { properties, ...top } = groupSchema(values, []);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart kubernetes-vault',
    ...top,
    properties: {
      ...(properties as object),
      enabled: {
        description: 'What a parent chart may call its condition; nothing here reads it.',
        type: 'boolean',
      },
    },
  };
}

function groupSchema(values: readonly DescribedValue[], path: readonly string[]): JsonSchema {
  const own = values.filter(
    (value) =>
      value.path.length === path.length + 1 && path.every((step, at) => value.path[at] === step),
  );
  return {
    type: 'object',
    // Of other subcharts there is more in what a parent shares.
    additionalProperties: path[0] === 'global',
    ...(path[0] === 'global' ? {} : { required: own.map((value) => value.path.at(-1)) }),
    properties: Object.fromEntries(
      own.map((value) => [value.path.at(-1), valueSchema(values, value)]),
    ),
  };
}

function valueSchema(values: readonly DescribedValue[], value: DescribedValue): JsonSchema {
  const { path, fallback, comment: description } = value;
  const rule = VALUE_RULES[path.join('.')];
  if (rule?.['type'] !== undefined) return { ...rule, description };
  if (isGroup(fallback)) return { description, ...groupSchema(values, path) };
  const type = TYPE_OF_DEFAULT[typeof fallback];
  if (type === undefined) throw new Error(`VALUE_RULES must say what ${path.join('.')} may be`);
  return { description, type, ...rule };
}

function isGroup(fallback: unknown): boolean {
  const isObject = typeof fallback === 'object' && fallback !== null && !Array.isArray(fallback);
  return isObject && Object.keys(fallback).length > 0;
}
