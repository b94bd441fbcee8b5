/** Whose pods are watched, as the setting `watchNamespace` says. */
export type WatchedNamespaces =
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'matching'; readonly regex: RegExp };

/** The pods that are asked for, and which of them count. */
export interface PodScope {
  /** The collection's path in the API. */
  readonly path: string;
  includes(namespace: string): boolean;
  /** The RBAC rule that lets our service account see these pods, for people. */
  readonly rbacRule: string;
}

const RULE = '{apiGroups: [""], resources: [pods], verbs: [list, watch]}';

/** One namespace is asked for by itself, and needs no more than a Role; a pattern takes all pods and picks. */
export function podScope(watched: WatchedNamespaces): PodScope {
  if (watched.kind === 'one') {
    return {
      path: `/api/v1/namespaces/${encodeURIComponent(watched.name)}/pods`,
      includes: (namespace) => namespace === watched.name,
      rbacRule: `a Role in namespace ${watched.name} with ${RULE}`,
    };
  }
  return {
    path: '/api/v1/pods',
    includes: (namespace) => watched.regex.test(namespace),
    rbacRule: `a ClusterRole with ${RULE}`,
  };
}
