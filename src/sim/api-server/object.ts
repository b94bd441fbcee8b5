import { isRecord, plainText } from '../json.ts';

/** An object of the API server's. Stored ones are never changed in place: a write replaces them. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

interface Metadata {
  readonly name: string;
  /** Empty for objects of the cluster. */
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What people and programs may leave out when they write an object. */
export interface ObjectInput {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** The key that objects of a kind are kept by, and the order they are listed in. */
export function keyOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The value at a dotted path, as field selectors see it: a string, empty where there is none. */
export function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) value = isRecord(value) ? value[part] : undefined;
  return plainText(value);
}
