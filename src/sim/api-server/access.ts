import { type ApiError, forbidden, unauthorized } from './api-error.ts';
import type { ResourcePath } from './request.ts';

/** What somebody wants to do, as RBAC sees it. */
interface Wish {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/status`. */
  readonly resource: string;
  /** Empty: all namespaces. */
  readonly namespace: string;
}

/** Who may do what. Both may change while the server runs. */
export interface Access {
  /** The user behind a bearer token, or undefined for a token that is not known. */
  userOf(token: string): string | undefined;
  allows(wish: Wish): boolean;
}

/** Why a request is refused, or undefined when it is not. */
export function refusal(
  access: Access,
  authorization: string | undefined,
  verb: string,
  path: ResourcePath,
): ApiError | undefined {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const user = token === undefined ? 'system:anonymous' : access.userOf(token);
  if (user === undefined) return unauthorized();
  const { kind, namespace, name, subresource } = path;
  const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  if (
    token !== undefined &&
    access.allows({ user, verb, group: kind.group, resource, namespace })
  ) {
    return undefined;
  }
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return forbidden(
    kind,
    name,
    `User "${user}" cannot ${verb} resource "${resource}" in API group "${kind.group}" ${scope}`,
  );
}
