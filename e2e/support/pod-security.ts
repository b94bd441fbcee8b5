import { kubectl } from './kubectl.ts';

/**
 * What Pod Security holds the pods of these namespaces to, such as `restricted`, each once; an empty
 * text where nothing is said. A pod that breaks it is not let in, so that pods that run keep it.
 */
export async function podSecurityOf(...namespaces: readonly string[]): Promise<readonly string[]> {
  const label = 'pod-security\\.kubernetes\\.io/enforce';
  const levels = namespaces.map((name) =>
    kubectl('get', 'namespace', name, `--output=jsonpath={.metadata.labels.${label}}`),
  );
  return [...new Set(await Promise.all(levels))];
}
