import { ipAddress, port, text } from '../values/basic.ts';
import { vaultPath } from '../values/vault.ts';
import { item, optional, optionalListOrText, section } from './kit.ts';

const PROMETHEUS_TLS = section(
  'Serves the metrics over https, with a certificate from Vault or from files.',
  {
    vaultCertBackend: optional(
      {
        type: 'mount',
        meaning: 'PKI mount that issues the certificate; needs `vaultCertRole`.',
        example: 'intermediate-ca',
        default: 'none',
      },
      vaultPath,
      undefined,
    ),
    vaultCertRole: optional(
      {
        type: 'text',
        meaning: 'Role of that mount; needs `vaultCertBackend`.',
        example: 'kubernetes-vault',
        default: 'none',
      },
      vaultPath,
      undefined,
    ),
    certFile: optional(
      {
        type: 'file',
        meaning: 'PEM certificate, with those between it and its authority; needs `certKey`.',
        example: '/kubernetes-vault/tls.crt',
        default: 'none',
      },
      text,
      undefined,
    ),
    certKey: optional(
      {
        type: 'file',
        meaning: 'PEM key of that certificate; needs `certFile`.',
        example: '/kubernetes-vault/tls.key',
        default: 'none',
      },
      text,
      undefined,
    ),
    vaultCABackends: optionalListOrText(
      {
        type: 'list of mounts',
        meaning: 'Mounts whose authorities sign the client certificates that are then required.',
        example: '[clients-ca]',
        default: 'none',
      },
      item('clients-ca', vaultPath),
    ),
    caCert: optional(
      {
        type: 'file',
        meaning: 'PEM certificates of these authorities: the alternative to `vaultCABackends`.',
        example: '/kubernetes-vault/clients.crt',
        default: 'none',
      },
      text,
      undefined,
    ),
  },
);

export const PROMETHEUS = section('Where the metrics are served (`/metrics`).', {
  address: optional(
    {
      type: 'IP address',
      meaning: 'Address to listen on.',
      example: '127.0.0.1',
      default: 'all',
    },
    ipAddress,
    undefined,
  ),
  port: optional(
    {
      type: 'port',
      meaning: 'Port to listen on.',
      example: '9090',
      default: '80, with `tls` 443',
    },
    port,
    undefined,
  ),
  tls: PROMETHEUS_TLS,
});
