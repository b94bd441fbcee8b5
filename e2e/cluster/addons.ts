import { KUBELET_CLIENT } from './credentials.ts';
import { ADDRESSES } from './layout.ts';
import { COREDNS } from './node-images.ts';

const NAMESPACE = 'kube-system';
const NAME = 'coredns';
const DNS_PORT = 1053;
const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' } as const;
const RBAC_GROUP = 'rbac.authorization.k8s.io';
const labels = { 'k8s-app': 'kube-dns' };

const COREFILE = `.:${DNS_PORT} {
    errors
    health :8080
    ready :8181
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        ttl 5
    }
    cache 5
}
`;

/** What a cluster has besides its programs: names for its Services, and the API server's rights. */
export function addons(): object {
  const items = [kubeletRights(), ...dnsRights(), dnsConfig(), dnsDeployment(), dnsService()];
  return { apiVersion: 'v1', kind: 'List', items };
}

function kubeletRights() {
  return {
    ...RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name: KUBELET_CLIENT },
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'system:kubelet-api-admin' },
    subjects: [{ apiGroup: RBAC_GROUP, kind: 'User', name: KUBELET_CLIENT }],
  };
}

function dnsRights() {
  const verbs = ['list', 'watch'];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: named() },
    {
      ...RBAC,
      kind: 'ClusterRole',
      metadata: { name: NAME },
      rules: [
        { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
      ],
    },
    {
      ...RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: NAME },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
    },
  ];
}

function dnsConfig() {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: named(), data: { Corefile: COREFILE } };
}

function dnsDeployment() {
  const container = {
    name: NAME,
    image: COREDNS,
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
  const spec = {
    serviceAccountName: NAME,
    dnsPolicy: 'Default',
    priorityClassName: 'system-cluster-critical',
    securityContext: { runAsNonRoot: true, runAsUser: 65532 },
    containers: [container],
    volumes: [{ name: 'config', configMap: { name: NAME } }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: named(),
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

function dnsService() {
  const port = (protocol: string) => ({
    name: `dns-${protocol.toLowerCase()}`,
    protocol,
    port: 53,
    targetPort: DNS_PORT,
  });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: NAMESPACE, labels },
    spec: { clusterIP: ADDRESSES.dns, selector: labels, ports: [port('UDP'), port('TCP')] },
  };
}

function named() {
  return { name: NAME, namespace: NAMESPACE, labels };
}
