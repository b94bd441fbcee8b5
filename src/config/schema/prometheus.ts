import { ipAddress, port, text } from '../values/basic.ts';
import { vaultPath } from '../values/vault.ts';
import { item, optional, optionalList, section } from './kit.ts';

const PROMETHEUS_TLS = section(
  'Serves the metrics over https, with a certificate from Vault or from files.',
  {
    vaultCertBackend: optional(
      {
        type: 'mount',
        meaning: 'PKI mount that issues the certificate; needs `vaultCertRole`.',
        example: 'intermediate-ca',
        default: 'none',
        comesLater: true,
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
        comesLater: true,
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
        comesLater: true,
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
        comesLater: true,
      },
      text,
      undefined,
    ),
    vaultCABackends: optionalList(
      {
        type: 'list of mounts',
        meaning: 'Mounts whose authorities sign the client certificates that are then required.',
        example: '[clients-ca]',
        default: 'none',
        comesLater: true,
      },
      item('clients-ca', vaultPath),
    ),
    caCert: optional(
      {
        type: 'file',
        meaning: 'PEM certificates of these authorities: the alternative to `vaultCABackends`.',
        example: '/kubernetes-vault/clients.crt',
        default: 'none',
        comesLater: true,
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
      comesLater: true,
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
      comesLater: true,
    },
    port,
    undefined,
  ),
  tls: PROMETHEUS_TLS,
});
