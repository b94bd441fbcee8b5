import { text } from '../values/basic.ts';
import { authMount, vaultPath } from '../values/vault.ts';
import { optional, optionalSection, required, section } from './kit.ts';

const KUBERNETES_LOGIN = optionalSection(
  'Instead of `token`: the controller logs in by itself with a service account, at the Kubernetes auth method, and anew when its token ends.',
  {
    role: required(
      {
        type: 'text',
        meaning: 'Role of the auth method.',
        example: 'kubernetes-vault',
      },
      vaultPath,
    ),
    mount: optional(
      {
        type: 'mount',
        meaning: 'Where the method is mounted, below `auth/`.',
        example: 'kubernetes',
        default: 'kubernetes',
      },
      authMount,
      'kubernetes',
    ),
    tokenFile: optional(
      {
        type: 'file',
        meaning:
          'The token of the service account, read at each login; a projected one where the role asks for an audience.',
        example: '/var/run/secrets/vault/token',
        default: 'the one that Kubernetes mounts',
      },
      text,
      undefined,
    ),
  },
);

const APPROLE_LOGIN = optionalSection(
  'Instead of `token`: the controller logs in by itself with an AppRole of its own, not one that it mints for, and anew when its token ends.',
  {
    roleId: required(
      {
        type: 'text',
        meaning: 'The role_id.',
        example: '675a50e7-cfe0-be76-e35f-49ec009731ea',
      },
      text,
    ),
    secretIdFile: required(
      {
        type: 'file',
        meaning:
          'Holds the secret_id, and is read at each login: one that may be used many times, or that something replaces.',
        example: '/var/run/secrets/vault/secret-id',
      },
      text,
    ),
    mount: optional(
      {
        type: 'mount',
        meaning: 'Where the method is mounted, below `auth/`.',
        example: 'approle',
        default: 'approle',
      },
      authMount,
      'approle',
    ),
  },
);

/** How the controller logs in by itself: one of these. */
export const VAULT_AUTH = section('', { kubernetes: KUBERNETES_LOGIN, approle: APPROLE_LOGIN });
