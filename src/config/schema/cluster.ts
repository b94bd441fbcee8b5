import { flag, port, text } from '../values/basic.ts';
import { optional, section } from './kit.ts';

export const DEFAULT_GOSSIP_PORT = 45_678;
export const DEFAULT_RAFT_PORT = 45_679;

export const CLUSTER = section(
  'With `election: raft`: how the controllers know each other. With the Lease election nothing of it has an effect.',
  {
    keyFile: optional(
      {
        type: 'file',
        meaning:
          'Keys that all controllers share, a line of `openssl rand -base64 32` for each: the first encrypts what they say to each other, the others are taken too, while keys are exchanged. Read again when it changes. Required with `election: raft`.',
        example: '/kubernetes-vault/cluster/keys',
        default: 'none',
      },
      text,
      undefined,
    ),
    insecure: optional(
      {
        type: 'boolean',
        meaning:
          'Goes without keys: whoever reaches the ports can take part, and decide who acts. For tests.',
        example: 'true',
        default: 'false',
      },
      flag,
      false,
    ),
    gossipPort: optional(
      {
        type: 'port',
        meaning:
          'Port (UDP and TCP) on which controllers tell each other who is there; the same one for all.',
        example: '45678',
        default: String(DEFAULT_GOSSIP_PORT),
      },
      port,
      DEFAULT_GOSSIP_PORT,
    ),
    raftPort: optional(
      {
        type: 'port',
        meaning: 'Port (TCP) on which controllers elect one of them.',
        example: '45679',
        default: String(DEFAULT_RAFT_PORT),
      },
      port,
      DEFAULT_RAFT_PORT,
    ),
  },
);
