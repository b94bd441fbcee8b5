import { dirname } from 'node:path';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import type { ServerName } from '../../tools/servers/table.ts';
import { KUBELET_CLIENT } from './credentials.ts';
import { ADDRESSES, files, inState, NODE_NAME } from './layout.ts';

/** One program of the node or of the control plane. */
export interface Program {
  readonly name: ServerName;
  readonly args: readonly string[];
}

/** What other programs look for on PATH. */
const ON_PATH: readonly ServerName[] = [
  'runc',
  'containerd-shim-runc-v2',
  'ctr',
  'nft',
  'kubectl',
  'helm',
];

/** PATH of everything that runs in the cluster's namespaces. */
export function searchPath(): string {
  const folders = ON_PATH.map((name) => dirname(findBinary(name)));
  return [...folders, process.env['PATH']].join(':');
}

/** Needs nothing but itself. */
export function etcd(): Program {
  const [url, peerUrl] = ['http://127.0.0.1:2379', 'http://127.0.0.1:2380'];
  return {
    name: 'etcd',
    args: [
      `--data-dir=${inState('etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
  };
}

/** Needs etcd. */
export function kubeApiServer(): Program {
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  return {
    name: 'kube-apiserver',
    args: [
      '--etcd-servers=http://127.0.0.1:2379',
      `--bind-address=${ADDRESSES.node}`,
      `--advertise-address=${ADDRESSES.node}`,
      '--allow-privileged',
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--endpoint-reconciler-type=lease',
      '--profiling=false',
      `--service-cluster-ip-range=${ADDRESSES.services}`,
      `--tls-cert-file=${files.pki('kube-apiserver.crt')}`,
      `--tls-private-key-file=${files.pki('kube-apiserver.key')}`,
      `--cert-dir=${inState('pki')}`,
      `--token-auth-file=${files.pki('tokens.csv')}`,
      `--service-account-issuer=${issuer}`,
      `--service-account-key-file=${files.pki('service-accounts.key')}`,
      `--service-account-signing-key-file=${files.pki('service-accounts.key')}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--kubelet-client-certificate=${files.pki(`${KUBELET_CLIENT}.crt`)}`,
      `--kubelet-client-key=${files.pki(`${KUBELET_CLIENT}.key`)}`,
    ],
  };
}

export function containerd(): Program {
  return { name: 'containerd', args: [`--config=${inState('containerd.toml')}`] };
}

/** What needs an API server that answers. */
export function clients(): Program[] {
  return [
    {
      name: 'kube-controller-manager',
      args: [
        `--kubeconfig=${files.kubeconfig('kube-controller-manager')}`,
        '--leader-elect=false',
        '--use-service-account-credentials',
        `--root-ca-file=${files.pki('ca.crt')}`,
        `--service-account-private-key-file=${files.pki('service-accounts.key')}`,
      ],
    },
    {
      name: 'kube-scheduler',
      args: [`--kubeconfig=${files.kubeconfig('kube-scheduler')}`, '--leader-elect=false'],
    },
    {
      name: 'kubelet',
      args: [
        `--kubeconfig=${files.kubeconfig('kubelet')}`,
        `--config=${inState('kubelet.json')}`,
        `--root-dir=${inState('kubelet')}`,
        `--cert-dir=${inState('pki')}`,
        `--hostname-override=${NODE_NAME}`,
        `--node-ip=${ADDRESSES.node}`,
      ],
    },
    {
      name: 'kube-proxy',
      args: [
        `--kubeconfig=${files.kubeconfig('kube-proxy')}`,
        '--proxy-mode=nftables',
        `--hostname-override=${NODE_NAME}`,
        `--cluster-cidr=${ADDRESSES.pods}`,
        '--conntrack-max-per-core=0',
      ],
    },
  ];
}
