import { isRecord } from '../json.ts';

/** Lists that a strategic merge merges by a key; it replaces all others, container statuses too. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: 'type',
  podIPs: 'ip',
  hostIPs: 'ip',
  containers: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
};

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = mergePatch(merged[field], value);
  }
  return merged;
}

/**
 * Kubernetes' strategic merge patch, for the fields that a kubelet writes: a merge patch in which
 * some lists are merged by a key, `$patch` deletes or replaces, and `$setElementOrder/…` is only advice.
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const { $patch: directive, ...fields } = patch;
  if (directive === 'replace') return fields;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith('$')) continue;
    if (value === null) delete merged[field];
    else merged[field] = mergeField(field, merged[field], value);
  }
  return merged;
}

function mergeField(field: string, old: unknown, value: unknown): unknown {
  const key = MERGE_KEYS[field];
  if (key === undefined || !Array.isArray(value)) return strategicMergePatch(old, value);
  return mergeList(key, Array.isArray(old) ? old : [], value);
}

function mergeList(key: string, old: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const keyIn = (item: unknown) => (isRecord(item) ? item[key] : undefined);
  const replaces = patch.some((item) => isRecord(item) && item['$patch'] === 'replace');
  let merged = replaces ? [] : [...old];
  for (const item of patch) {
    if (!isRecord(item) || item['$patch'] === 'replace') continue;
    const index = merged.findIndex((existing) => keyIn(existing) === item[key]);
    if (item['$patch'] === 'delete') merged = merged.filter((_, at) => at !== index);
    else if (index < 0) merged.push(strategicMergePatch(undefined, item));
    else merged[index] = strategicMergePatch(merged[index], item);
  }
  return merged;
}
