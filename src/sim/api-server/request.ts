import { noSuchResource } from './api-error.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { Subresource } from './write.ts';

/** What a URL of the Kubernetes API names. */
export interface ResourcePath {
  readonly kind: Kind;
  /** Empty: all namespaces, or a kind of the cluster. */
  readonly namespace: string;
  /** Absent for the whole collection. */
  readonly name: string | undefined;
  readonly subresource: Subresource;
}

const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[^/]+))?)?$/;
const NAMESPACE = /^\/api\/v1\/namespaces\/(?<name>[^/]+)$/;

/** @throws ApiError 404 for what is not served */
export function parsePath(path: string): ResourcePath {
  const one = NAMESPACE.exec(path)?.groups;
  if (one) {
    return {
      kind: KINDS.namespaces,
      namespace: '',
      name: decode(one['name']),
      subresource: undefined,
    };
  }
  const parts = PATH.exec(path)?.groups;
  const kind = Object.values<Kind>(KINDS).find(
    ({ group, version, plural }) =>
      group === (parts?.['group'] ?? '') &&
      version === parts?.['version'] &&
      plural === parts?.['plural'],
  );
  if (!parts || !kind) throw noSuchResource();
  const sub = parts['sub'];
  if (sub !== undefined && !(sub === 'status' && kind.status)) throw noSuchResource();
  return {
    kind,
    namespace: decode(parts['namespace']) ?? '',
    name: decode(parts['name']),
    subresource: sub === 'status' ? 'status' : undefined,
  };
}

function decode(part: string | undefined): string | undefined {
  return part === undefined ? undefined : decodeURIComponent(part);
}

/** The verb that RBAC knows the request by. */
export function verbOf(method: string, path: ResourcePath, watching: boolean): string {
  if (method === 'GET' && path.name !== undefined) return 'get';
  if (method === 'GET') return watching ? 'watch' : 'list';
  const verbs: Readonly<Record<string, string>> = {
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: 'delete',
  };
  return verbs[method] ?? method.toLowerCase();
}
