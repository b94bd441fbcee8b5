import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { ADDRESSES, cgroupName, files, inState, stateFolder } from './layout.ts';
import { PAUSE } from './node-images.ts';

const OVERLAYFS = 0x794c7630;

/** Which of containerd's snapshotters works on the file system of the cluster's folder. */
export function snapshotter(): string {
  return statfsSync(stateFolder()).type === OVERLAYFS ? 'native' : 'overlayfs';
}

/** Writes the configuration of containerd, of kubelet and of pods' networks. */
export function writeConfiguration(): void {
  for (const folder of ['cni', 'pods-logs']) mkdirSync(inState(folder), { recursive: true });
  writeFileSync(inState('containerd.toml'), containerdToml());
  writeFileSync(inState('kubelet.json'), JSON.stringify(kubelet()));
  writeFileSync(inState('cni', '10-pods.conflist'), JSON.stringify(podNetwork()));
  writeFileSync(inState('resolv.conf'), '');
}

/**
 * Each pod has a cable of its own to the node, and not to a common bridge: so all that one pod sends
 * another passes the node's packet filter, which kube-proxy's Services take, and a Service sees the
 * address of the pod that calls it. NetworkPolicies are not enforced by this.
 */
function podNetwork() {
  const ipam = {
    type: 'host-local',
    dataDir: inState('pod-addresses'),
    ranges: [[{ subnet: ADDRESSES.pods }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  return { cniVersion: '1.0.0', name: 'pods', plugins: [{ type: 'ptp', ipMasq: false, ipam }] };
}

function kubelet() {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: ADDRESSES.node,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: files.pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    clusterDNS: [ADDRESSES.dns],
    clusterDomain: 'cluster.local',
    resolvConf: inState('resolv.conf'),
    podLogsDir: inState('pods-logs'),
    volumePluginDir: inState('volume-plugins'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroupName()}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    maxPods: 250,
    serializeImagePulls: false,
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
    },
  };
}

function containerdToml(): string {
  const plugins = ['ptp', 'host-local'] as const;
  const folders = plugins.map((plugin) => dirname(findBinary(plugin)));
  return `version = 3
root = ${JSON.stringify(inState('containerd'))}
state = "/run/containerd"
[plugins.'io.containerd.internal.v1.opt']
  path = ${JSON.stringify(inState('containerd-opt'))}
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "${snapshotter()}"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${PAUSE}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ${JSON.stringify(folders)}
  conf_dir = ${JSON.stringify(inState('cni'))}
  use_internal_loopback = true
`;
}
