import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { CHART, helmSucceeds } from './helm.ts';

// biome-ignore lint/suspicious/noExplicitAny: assertions walk through objects of every kind.
export type KubeObject = any;

/** Where the chart's tests install it. */
export const RELEASE = { name: 'kv', namespace: 'kubernetes-vault' } as const;

const QUICK_START = fileURLToPath(new URL('../../../e2e/values/quick-start.yaml', import.meta.url));
const VALUES = fileURLToPath(new URL('../../integration/chart/values/', import.meta.url));

/** The files of values that the tests render, by name. */
export const VALUES_FILES: ReadonlyMap<string, string> = new Map([
  ['quick-start', QUICK_START],
  ...globSync('*.yaml', { cwd: VALUES })
    .sort()
    .map((file): [string, string] => [basename(file, '.yaml'), `${VALUES}${file}`]),
]);

/** Renders the chart with a file of values, and more arguments for helm. */
export function renderedText(values: string, ...args: readonly string[]): Promise<string> {
  const { name, namespace } = RELEASE;
  const file = VALUES_FILES.get(values) ?? '';
  const place = ['--namespace', namespace, '--kube-version', '1.37.0'];
  return helmSucceeds('template', name, CHART, ...place, '--values', file, ...args);
}

/** The objects of the chart with these values. */
export async function renderedObjects(
  values: string,
  ...args: readonly string[]
): Promise<KubeObject[]> {
  return parseAllDocuments(await renderedText(values, ...args))
    .map((document) => document.toJS() as KubeObject)
    .filter((object) => object !== null);
}

/** The one object of that kind. */
export function theOnly(kind: string, objects: readonly KubeObject[]): KubeObject {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`there are ${found.length} objects of kind ${kind}`);
  return found[0];
}

/** The text of the controllers' configuration among these objects. */
export function configText(objects: readonly KubeObject[]): string {
  const texts = objects.flatMap(({ kind, data }) =>
    kind === 'ConfigMap' && 'kubernetes-vault.yml' in data ? [data['kubernetes-vault.yml']] : [],
  );
  if (texts.length !== 1) throw new Error(`there are ${texts.length} configurations`);
  return texts[0];
}

/** The controllers' configuration among these objects. */
export function configOf(objects: readonly KubeObject[]): KubeObject {
  return parse(configText(objects));
}
