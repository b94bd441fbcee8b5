import { fields, text } from '../../kube/api/json.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { isKubeError } from '../../kube/api/kube-error.ts';
import type { WatchedNamespaces } from '../../kube/pod-scope.ts';
import { about, type Finding } from '../finding.ts';

/** Something that somebody must, or should, be allowed to do. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Undefined: in all namespaces. */
  readonly namespace: string | undefined;
  /** The one object that it is about; absent where it has to be about all. */
  readonly name?: string;
  /** What else it is called, where there are two of its verb and resource. */
  readonly subject?: string;
  /** What does not work without it; undefined where nothing at all does. */
  readonly without: string | undefined;
}

export type Review =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'unknown'; readonly words: string };

/** The controllers' own Service, whose name is that of their Lease, too. */
export interface OwnService {
  readonly serviceNamespace: string;
  readonly service: string;
  /** Of the Lease that names their Raft cluster; absent where there is none. */
  readonly clusterLease?: string;
}

/** What the controller does at the API server. */
export function rightsOfController(watched: WatchedNamespaces, own: OwnService): Right[] {
  const namespace = watched.kind === 'one' ? watched.name : undefined;
  const pods = { group: '', resource: 'pods', namespace, without: undefined };
  const without = 'no Event tells the owners of a pod why it waits';
  const events = { group: '', resource: 'events', namespace, without };
  return [
    { ...pods, verb: 'list' },
    { ...pods, verb: 'watch' },
    { ...events, verb: 'create' },
    { ...events, verb: 'patch' },
    ...rightsOfMember(own),
  ];
}

const LEASE_VERBS = ['get', 'list', 'watch', 'patch'];

/** What one of several controllers does besides. One that cannot hold the Lease never acts. */
function rightsOfMember({
  serviceNamespace: namespace,
  service,
  clusterLease,
}: OwnService): Right[] {
  const group = 'coordination.k8s.io';
  const leases = { group, resource: 'leases', namespace, without: undefined };
  const without = 'other controllers are looked for in Endpoints instead, where that is allowed';
  const slices = { group: 'discovery.k8s.io', resource: 'endpointslices', namespace, without };
  return [
    ...LEASE_VERBS.map((verb) => ({ ...leases, verb, name: service })),
    { ...leases, verb: 'create' },
    ...ofAnotherLease(leases, clusterLease),
    { ...slices, verb: 'list' },
    { ...slices, verb: 'watch' },
  ];
}

function ofAnotherLease(leases: Omit<Right, 'verb'>, name: string | undefined): Right[] {
  if (name === undefined) return [];
  return LEASE_VERBS.map((verb) => {
    const subject = `${verb} leases/${name}`;
    return { ...leases, verb, name, subject };
  });
}

/** What whoever installs the controller does there. */
export function rightsOfInstaller(namespace: string): Right[] {
  const without = 'somebody else has to apply the manifests';
  const create = { verb: 'create', without };
  const rbac = { ...create, group: 'rbac.authorization.k8s.io', namespace: undefined };
  const home = { ...create, namespace };
  const homeRbac = { ...home, group: rbac.group };
  return [
    { ...home, group: '', resource: 'serviceaccounts' },
    { ...home, group: '', resource: 'configmaps' },
    { ...home, group: '', resource: 'services' },
    { ...home, group: 'apps', resource: 'deployments' },
    { ...rbac, resource: 'clusterroles' },
    { ...rbac, resource: 'clusterrolebindings' },
    { ...homeRbac, resource: 'roles' },
    { ...homeRbac, resource: 'rolebindings' },
  ];
}

const DEADLINE_MS = 10_000;

/** Kubernetes API: authorization.k8s.io/v1 SelfSubjectAccessReview, which everybody may make. */
export async function reviewRight(client: KubeClient, right: Right): Promise<Review> {
  const { verb, group, resource, namespace, name } = right;
  const api = 'authorization.k8s.io/v1';
  const place = { ...(namespace && { namespace }), ...(name && { name }) };
  const resourceAttributes = { verb, group, resource, ...place };
  try {
    const answer = await client.json({
      name: `review whether we may ${verb} ${resource}`,
      method: 'POST',
      path: `/apis/${api}/selfsubjectaccessreviews`,
      body: {
        contentType: 'application/json',
        value: {
          apiVersion: api,
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
      },
      deadlineMs: DEADLINE_MS,
    });
    const status = fields(fields(answer)['status']);
    if (status['allowed'] === true) return { kind: 'allowed' };
    const trouble = text(status['evaluationError']);
    if (status['allowed'] === false && trouble === undefined) return { kind: 'denied' };
    return { kind: 'unknown', words: 'the API server does not say' };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return { kind: 'unknown', words: error.message };
  }
}

export function judgeRight(right: Right, review: Review): Finding {
  const { verb, group, resource, namespace, without } = right;
  const what = `${verb} ${resource}`;
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  const it = about('kubernetes.rights', right.subject ?? what);
  if (review.kind === 'allowed') return it.ok(`allowed ${where}`);
  if (review.kind === 'unknown') {
    const remedy = `look with: kubectl auth can-i ${verb} ${resource}`;
    return it.warning(`whether that is allowed cannot be found out: ${review.words}`, remedy);
  }
  const rule = `{apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}]}`;
  const kind = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace}`;
  const remedy = `grant ${kind} with ${rule}`;
  if (without === undefined) return it.failed(`not allowed ${where}`, remedy);
  return it.warning(`not allowed ${where}: ${without}`, remedy);
}
