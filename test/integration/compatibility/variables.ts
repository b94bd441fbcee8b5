import type { EnvironmentVariable, KubeObject } from './manifest.ts';

/** Secrets by name, each with its keys. */
export type Secrets = ReadonlyMap<string, Readonly<Record<string, string>>>;

export interface VariableSources {
  readonly namespace: string;
  readonly secrets: Secrets;
}

/** The Secrets among these objects. */
export function secretsOf(objects: readonly KubeObject[]): Secrets {
  const secrets = objects.filter(({ kind }) => kind === 'Secret');
  return new Map(secrets.map(({ metadata, stringData = {} }) => [metadata.name, stringData]));
}

/**
 * A container's environment as a kubelet makes it.
 * @throws Error at what no manifest here has
 */
export function variablesOf(
  variables: readonly EnvironmentVariable[] = [],
  sources: VariableSources,
): Record<string, string> {
  return Object.fromEntries(variables.map((one) => [one.name, resolved(one, sources)]));
}

function resolved(
  { name, value, valueFrom }: EnvironmentVariable,
  { namespace, secrets }: VariableSources,
): string {
  if (value !== undefined) return value;
  if (valueFrom?.fieldRef?.fieldPath === 'metadata.namespace') return namespace;
  const { secretKeyRef } = valueFrom ?? {};
  const found = secretKeyRef && secrets.get(secretKeyRef.name)?.[secretKeyRef.key];
  if (found === undefined) throw new Error(`nobody here knows the value of ${name}`);
  return found;
}
