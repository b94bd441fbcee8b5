import type { ServerName } from './table.ts';

/** What several servers are obtained for at once, each group the quickest first. */
export const groups: Readonly<Record<string, readonly ServerName[]>> = {
  /** What `make test` needs. */
  test: [
    'openbao',
    'prometheus',
    'promtool',
    'serf',
    'nft',
    'raft-member',
    'old-raft-member',
    'etcd',
    'kube-apiserver',
    'kubectl',
    'helm',
  ],
  /** What `make e2e` needs besides, to make one machine a whole cluster. */
  e2e: [
    'openbao',
    'nft',
    'runc',
    'ptp',
    'host-local',
    'pause',
    'etcd',
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
    'kubelet',
    'kube-proxy',
    'kubectl',
    'containerd',
    'containerd-shim-runc-v2',
    'ctr',
    'coredns',
    'helm',
  ],
  /** What `make images` needs. */
  images: ['buildah'],
};
