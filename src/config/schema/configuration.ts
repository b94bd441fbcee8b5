import type { z } from 'zod';
import { port, text, word } from '../values/basic.ts';
import { AUTHORIZATION } from './authorization.ts';
import { CLUSTER } from './cluster.ts';
import { optional, section } from './kit.ts';
import { KUBERNETES } from './kubernetes.ts';
import { PROMETHEUS } from './prometheus.ts';
import { VAULT } from './vault.ts';

export const DEFAULT_HEALTH_PORT = 8_080;
export const DEFAULT_PEER_PORT = 45_680;

const HEALTH = section('Where health is served.', {
  port: optional(
    {
      type: 'port',
      meaning: 'Port of `/healthz` and `/readyz`, over plain http on every address.',
      example: '8081',
      default: String(DEFAULT_HEALTH_PORT),
    },
    port,
    DEFAULT_HEALTH_PORT,
  ),
});

/** Everything that a configuration may say. Its input is the expanded tree of the YAML. */
export const SCHEMA = section('', {
  vault: VAULT,
  kubernetes: KUBERNETES,
  authorization: AUTHORIZATION,
  prometheus: PROMETHEUS,
  health: HEALTH,
  election: optional(
    {
      type: '`lease` or `raft`',
      meaning:
        'How several controllers agree on who acts: by a Lease in `kubernetes.serviceNamespace` alone, or by Raft among themselves, which then holds that Lease.',
      example: 'lease',
      default: 'lease',
    },
    word(['lease', 'raft']),
    'lease',
  ),
  cluster: CLUSTER,
  peerPort: optional(
    {
      type: 'port',
      meaning:
        'Port on which a controller says who it is, so that others notice at once that it is gone.',
      example: '45680',
      default: String(DEFAULT_PEER_PORT),
    },
    port,
    DEFAULT_PEER_PORT,
  ),
  raftDir: optional(
    {
      type: 'directory',
      meaning:
        'Where Raft keeps its data; no two processes may share it. With the Lease election it is not used.',
      example: '/var/lib/kubernetes-vault/',
      default: '/var/lib/kubernetes-vault/',
    },
    text,
    '/var/lib/kubernetes-vault/',
  ),
});

/** A configuration of which every single value is right. */
export type ValidConfiguration = z.output<typeof SCHEMA>;
