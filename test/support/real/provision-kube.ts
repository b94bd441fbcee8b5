import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { RequestFailed } from './admin-client.ts';
import type { ControlPlane } from './control-plane.ts';
import { deployFile } from './deploy-file.ts';

type Admin = Pick<ControlPlane, 'request'>;

/** Where a controller is installed, and which namespaces its pods may live in. */
export interface KubeProvision {
  readonly namespace: string;
  /** Namespaces to make for pods. */
  readonly podNamespaces: readonly string[];
}

/** What the manifests call the controller's objects. */
export interface Installed {
  readonly serviceAccount: string;
  /** The headless Service by which controllers find each other. */
  readonly service: string;
}

interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly subjects?: readonly object[];
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
/** Of the objects that give a controller its identity, and in the order in which they are made. */
const COLLECTION: Readonly<Record<string, (namespace: string) => string>> = {
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  ClusterRole: () => `${RBAC}/clusterroles`,
  ClusterRoleBinding: () => `${RBAC}/clusterrolebindings`,
  Role: (namespace) => `${RBAC}/namespaces/${namespace}/roles`,
  RoleBinding: (namespace) => `${RBAC}/namespaces/${namespace}/rolebindings`,
};

/** Of a controller that watches by a regular expression. */
const MANIFESTS = [
  'base/rbac.yaml',
  'base/controller.yaml',
  'components/watch-by-regex/cluster-role.yaml',
];

/**
 * Installs a controller's identity exactly as the manifests have it, but for the namespace. `writeServiceAccountDir` of the control plane then gives a process its token.
 * @throws RequestFailed when the API server refuses a part
 */
export async function provisionKube(
  kube: Admin,
  { namespace, podNamespaces }: KubeProvision,
): Promise<Installed> {
  for (const name of new Set([namespace, ...podNamespaces])) await ensureNamespace(kube, name);
  const objects = MANIFESTS.flatMap(readObjects);
  for (const [kind, collection] of Object.entries(COLLECTION)) {
    for (const object of objects.filter((one) => one.kind === kind)) {
      await kube.request('POST', collection(namespace), movedTo(namespace, object));
    }
  }
  const named = (kind: string) => objects.find((one) => one.kind === kind)?.metadata.name ?? '';
  return { serviceAccount: named('ServiceAccount'), service: named('Service') };
}

function readObjects(file: string): KubeObject[] {
  const documents = parseAllDocuments(readFileSync(deployFile(file), 'utf8'));
  return documents.map((one) => one.toJS() as KubeObject);
}

function movedTo(namespace: string, object: KubeObject): KubeObject {
  const { metadata, subjects } = object;
  return {
    ...object,
    ...(metadata.namespace === undefined ? {} : { metadata: { ...metadata, namespace } }),
    ...(subjects && { subjects: subjects.map((subject) => ({ ...subject, namespace })) }),
  };
}

async function ensureNamespace(kube: Admin, name: string): Promise<void> {
  try {
    await kube.request('POST', '/api/v1/namespaces', { metadata: { name } });
  } catch (error) {
    const isThere = error instanceof RequestFailed && error.status === 409;
    if (!isThere) throw error;
  }
}
