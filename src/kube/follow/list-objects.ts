import { MalformedJsonError } from '../api/byte-collector.ts';
import { explained } from '../api/explained.ts';
import { elements, fields, text } from '../api/json.ts';
import type { FollowParts } from './follow-parts.ts';

/** The objects by name, at the moment of a resource version. */
export interface Listed<T> {
  readonly version: string;
  readonly objects: ReadonlyMap<string, T>;
}

/**
 * All objects of the source, as they are now: not out of a cache.
 * @throws KubeError; the signal's reason when it aborts
 */
export async function listObjects<T>(
  { client, objects: source, settings }: Pick<FollowParts<T>, 'client' | 'objects' | 'settings'>,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const { path, query, decode, rbacRule } = source;
  const name = `list ${source.name}`;
  try {
    const list = await client.json({
      name,
      path,
      query,
      deadlineMs: settings.listDeadlineMs,
      signal,
    });
    const { metadata, items } = fields(list);
    const version = decimalVersion(text(fields(metadata)['resourceVersion']));
    const objects = elements(items).map((item) => [nameOf(item), decode(item)] as const);
    return { version, objects: new Map(objects) };
  } catch (error) {
    throw explained(error, name, rbacRule);
  }
}

/** @throws MalformedJsonError for an object without a name */
export function nameOf(object: unknown): string {
  const name = text(fields(fields(object)['metadata'])['name']);
  if (name === undefined) throw new MalformedJsonError('an object without a name');
  return name;
}

/**
 * A resource version that can be compared with others of its resource (KEP-5504).
 * @throws MalformedJsonError for any other
 */
export function decimalVersion(version: string | undefined): string {
  if (version !== undefined && /^(0|[1-9]\d{0,39})$/.test(version)) return version;
  throw new MalformedJsonError('a resource version that is no number');
}
