import { flag, secret, text, word } from '../values/basic.ts';
import { duration } from '../values/duration.ts';
import { authMount, fingerprint, vaultAddress, vaultPath } from '../values/vault.ts';
import { item, optional, optionalList, optionalListOrText, required, section } from './kit.ts';
import { VAULT_AUTH } from './vault-auth.ts';

export const METADATA = ['namespace', 'serviceAccount', 'pod'] as const;
export const BINDINGS = ['off', 'secret-id', 'token'] as const;
const FINGERPRINT = '3f'.repeat(32);

const VAULT_TLS = section(
  'How the certificate of Vault is verified: by the authorities of the system, of `caCert`, or of `vaultCABackends`.',
  {
    caCert: optional(
      {
        type: 'file',
        meaning:
          'PEM certificates of the authorities. They are pushed to the pods too, and read again when they change.',
        example: '/kubernetes-vault/ca.crt',
        default: 'none',
      },
      text,
      undefined,
    ),
    vaultCABackends: optionalListOrText(
      {
        type: 'list of mounts',
        meaning:
          'PKI mounts of this Vault, whose authorities are fetched at start, and pushed to the pods too. Prefer `caCert`: the first fetch cannot be verified without `caSHA256`, and a change of the authorities counts only after a restart.',
        example: '[root-ca]',
        default: 'none',
      },
      item('root-ca', vaultPath),
    ),
    caSHA256: optionalList(
      {
        type: 'list of fingerprints',
        meaning:
          'SHA-256 fingerprints of the certificates that `vaultCABackends` may deliver: all of them. Without it the log says at start what to write here.',
        example: `["${FINGERPRINT}"]`,
        default: 'none',
      },
      item(`"${FINGERPRINT}"`, fingerprint),
    ),
  },
);

/** How Vault is reached, and what is asked of it. */
export const VAULT = section('How Vault is reached, and what is asked of it.', {
  addr: required(
    {
      type: 'URL',
      meaning:
        'Address of Vault. It is pushed to the pods, so it must mean the same in their namespaces.',
      example: 'https://vault.default:8200',
    },
    vaultAddress,
  ),
  token: optional(
    {
      type: 'text',
      meaning:
        'The token of the controller: made by a token role, renewable and periodic, and not a root token. Take it from the environment rather than writing it down.',
      example: '$VAULT_TOKEN',
      default: 'none: one of `token`, `tokenFile` and `auth` is required',
    },
    secret,
    undefined,
  ),
  tokenFile: optional(
    {
      type: 'file',
      meaning:
        'Holds that token, such as a mounted Secret, or what Vault Agent writes. It is read again when it changes, and when Vault refuses the token.',
      example: '/var/run/secrets/vault/token',
      default: 'none',
    },
    text,
    undefined,
  ),
  auth: VAULT_AUTH,
  skipTokenRoleNameValidation: optional(
    {
      type: 'boolean',
      meaning:
        'Accept a `token` or `tokenFile` that no token role made, such as one from the AppRole or Kubernetes auth method.',
      example: 'true',
      default: 'false',
    },
    flag,
    false,
  ),
  namespace: optional(
    {
      type: 'path',
      meaning: 'Vault namespace of the token and of the AppRoles (Vault Enterprise, OpenBao).',
      example: 'team-a',
      default: 'none',
    },
    vaultPath,
    undefined,
  ),
  appRoleMount: optional(
    {
      type: 'mount',
      meaning: 'Where the AppRole auth method is mounted, below `auth/`.',
      example: 'approle',
      default: 'approle',
    },
    authMount,
    'approle',
  ),
  wrappingTTL: optional(
    {
      type: 'duration',
      meaning:
        'How long a wrapped secret_id can be exchanged: a Go duration, or seconds as a number.',
      example: '90s',
      default: '60s',
    },
    duration,
    60_000,
  ),
  secretIdMetadata: optionalList(
    {
      type: `list of ${METADATA.map((name) => `\`${name}\``).join(', ')}`,
      meaning:
        'What is written into the metadata of each secret_id, for the audit log of Vault. Values that differ from login to login halve the rate of logins, and must not be used in templated policies.',
      example: '[namespace, pod]',
      default: 'none',
    },
    item('namespace', word(METADATA)),
  ),
  bindToPodIP: optional(
    {
      type: BINDINGS.map((name) => `\`${name}\``).join(', '),
      meaning:
        'Binds the secret_id, or the secret_id and the token that comes of it, to the addresses of the pod. Only where Vault sees the addresses of pods.',
      example: 'secret-id',
      default: 'off',
    },
    word(BINDINGS),
    'off',
  ),
  tls: VAULT_TLS,
});
