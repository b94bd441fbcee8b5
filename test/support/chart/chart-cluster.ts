import { type ControlPlane, startControlPlane } from '../real/control-plane.ts';
import { until } from '../until.ts';
import { CHART, type HelmOutcome, helm, helmSucceeds } from './helm.ts';
import { type KubeObject, RELEASE, VALUES_FILES } from './rendered-chart.ts';

const { name: NAME, namespace: NAMESPACE } = RELEASE;
const ENFORCED = { 'pod-security.kubernetes.io/enforce': 'restricted' };
const NAMESPACES = [NAMESPACE, 'sample-app', 'shop', 'web', 'monitoring', 'grafana'];
/** Of the Prometheus Operator, as far as an API server must know them to keep them. */
const OPERATOR_KINDS = ['ServiceMonitor', 'PrometheusRule'];

/** helm, for the release of these tests on one API server. */
export interface ReleaseHelm {
  /** `helm VERB kv …`; its output, if it succeeds. */
  run(verb: string, ...args: readonly string[]): Promise<string>;
  install(values: string, ...args: readonly string[]): Promise<string>;
  uninstall(): Promise<string>;
  /** `helm test`. */
  test(): Promise<HelmOutcome>;
}

/** A real API server on which the chart can be installed; nobody runs its pods. */
export interface ChartCluster extends AsyncDisposable, ReleaseHelm {
  readonly kube: ControlPlane;
  /** Whether a service account may do that. */
  allows(account: string, right: Right): Promise<boolean>;
}

export interface Right {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly namespace: string;
  readonly name?: string;
}

/** helm with the rights of the administrator of `kube`. */
export function helmOn({ url, adminToken, caFile }: ControlPlane): ReleaseHelm {
  const access = [
    ...['--kube-apiserver', url, '--kube-token', adminToken, '--kube-ca-file', caFile],
    ...['--namespace', NAMESPACE],
  ];
  const run = (verb: string, ...args: readonly string[]) =>
    helmSucceeds(verb, NAME, ...args, ...access);
  return {
    run,
    install: (values, ...args) =>
      run('install', CHART, '--values', VALUES_FILES.get(values) ?? '', ...args),
    uninstall: () => run('uninstall'),
    test: () => helm('test', NAME, '--timeout', '30s', ...access),
  };
}

/** Makes the namespaces that the files of values name. */
export async function makeNamespaces(kube: ControlPlane, labels: object): Promise<void> {
  for (const name of NAMESPACES) {
    await kube.request('POST', '/api/v1/namespaces', { metadata: { name, labels } });
  }
}

/** Starts one, with the kinds and the namespaces that the files of values name: they enforce `restricted`. */
export async function startChartCluster(): Promise<ChartCluster> {
  const kube = await startControlPlane();
  await makeNamespaces(kube, ENFORCED);
  for (const kind of OPERATOR_KINDS) await defineKind(kube, kind);
  return {
    ...helmOn(kube),
    kube,
    allows: (account, right) => isAllowed(kube, account, right),
    [Symbol.asyncDispose]: () => kube[Symbol.asyncDispose](),
  };
}

async function defineKind(kube: ControlPlane, kind: string): Promise<void> {
  const [group, singular] = ['monitoring.coreos.com', kind.toLowerCase()];
  const names = { kind, singular, plural: `${singular}s`, listKind: `${kind}List` };
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  await kube.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      names,
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const path = `/apis/${group}/v1/${names.plural}`;
  await until(`${kind} is served`, () => kube.request('GET', path));
}

async function isAllowed(kube: ControlPlane, account: string, right: Right): Promise<boolean> {
  const review: KubeObject = await kube.request(
    'POST',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    {
      spec: {
        user: `system:serviceaccount:${NAMESPACE}:${account}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${NAMESPACE}`],
        resourceAttributes: right,
      },
    },
  );
  return review.status.allowed;
}

/** What Kubernetes keeps of the releases: kind, namespace and name of each object. */
export async function objectsOfReleases(kube: ControlPlane): Promise<string[]> {
  const label = '?labelSelector=app.kubernetes.io/managed-by=Helm';
  const lists = await Promise.all(
    COLLECTIONS.map((path) => kube.request<KubeObject>('GET', path + label)),
  );
  const found: string[] = lists.flatMap(({ kind, items }) =>
    items.map(({ metadata: { namespace = '', name } }: KubeObject): string =>
      [kind.replace(/List$/, ''), namespace, name].join(' '),
    ),
  );
  return found.toSorted();
}

const COLLECTIONS = [
  ...['configmaps', 'services', 'serviceaccounts', 'pods', 'secrets'].map(
    (name) => `/api/v1/${name}`,
  ),
  '/apis/apps/v1/deployments',
  '/apis/policy/v1/poddisruptionbudgets',
  '/apis/networking.k8s.io/v1/networkpolicies',
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(
    (name) => `/apis/rbac.authorization.k8s.io/v1/${name}`,
  ),
  ...OPERATOR_KINDS.map((kind) => `/apis/monitoring.coreos.com/v1/${kind.toLowerCase()}s`),
];
