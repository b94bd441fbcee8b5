/** One call to a server as its administrator: resolves with the answer parsed, throws for any but 2xx. */
export type AdminCall = (method: string, path: string, body?: object) => Promise<unknown>;

/** What a controller is installed as, and which namespaces its pods may live in. */
export interface KubeProvision {
  /** The controller's own namespace, with its service account and headless Service. */
  readonly serviceNamespace: string;
  readonly service: string;
  readonly serviceAccount: string;
  /** Namespaces to make for pods. */
  readonly podNamespaces: readonly string[];
}

/** The rules that the controller's manifest grants across the cluster. */
export const CLUSTER_RULES = [
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
] as const;

/** The rules that the controller's manifest grants in the controller's own namespace. */
export const NAMESPACE_RULES = [
  { apiGroups: [''], resources: ['endpoints'], verbs: ['get'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['create', 'get', 'list', 'watch', 'update', 'patch'],
  },
] as const;

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const TOKEN_SECONDS = 6 * 3_600;

/**
 * Installs a controller's identity: namespaces, service account, RBAC, headless Service. Resolves
 * with a token of the service account, which may do only what RBAC grants.
 * @throws when the API server refuses a part
 */
export async function provisionKube(kube: AdminCall, wanted: KubeProvision): Promise<string> {
  const { serviceNamespace, service, serviceAccount, podNamespaces } = wanted;
  const namespaces = new Set([serviceNamespace, ...podNamespaces]);
  for (const name of namespaces) await ensureNamespace(kube, name);
  const inNamespace = `/api/v1/namespaces/${serviceNamespace}`;
  await kube('POST', `${inNamespace}/serviceaccounts`, { metadata: { name: serviceAccount } });
  await kube('POST', `${inNamespace}/services`, headless(service));
  await bindRules(kube, wanted);
  const answer = await kube('POST', `${inNamespace}/serviceaccounts/${serviceAccount}/token`, {
    spec: { expirationSeconds: TOKEN_SECONDS },
  });
  return (answer as { status: { token: string } }).status.token;
}

async function ensureNamespace(kube: AdminCall, name: string): Promise<void> {
  try {
    await kube('GET', `/api/v1/namespaces/${name}`);
  } catch {
    await kube('POST', '/api/v1/namespaces', { metadata: { name } });
  }
}

function headless(name: string): object {
  return {
    metadata: { name },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { app: name },
      ports: [{ name: 'peer', port: 45_680 }],
    },
  };
}

async function bindRules(kube: AdminCall, wanted: KubeProvision): Promise<void> {
  const { serviceAccount: name, serviceNamespace: namespace } = wanted;
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const metadata = { name };
  await kube('POST', `${RBAC}/clusterroles`, { metadata, rules: CLUSTER_RULES });
  await kube('POST', `${RBAC}/clusterrolebindings`, {
    metadata,
    subjects,
    roleRef: roleRef('ClusterRole'),
  });
  const local = `${RBAC}/namespaces/${namespace}`;
  await kube('POST', `${local}/roles`, { metadata, rules: NAMESPACE_RULES });
  await kube('POST', `${local}/rolebindings`, { metadata, subjects, roleRef: roleRef('Role') });
}
