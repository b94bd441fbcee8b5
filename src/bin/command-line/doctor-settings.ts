import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import type { DoctorSettings } from '../../doctor/settings.ts';
import { readCredential } from '../../vault/own-token/sources/credential-file.ts';
import { appRoleLogin, kubernetesLogin } from '../../vault/own-token/sources/logins.ts';
import { serviceAccountDir } from '../assembly/service-account-dir.ts';

/** What the doctor is to look at, as the controller's settings say. */
export function doctorSettings(
  { vault, kubernetes, authorization, prometheus, election }: Settings,
  variables: Readonly<Record<string, string | undefined>>,
): DoctorSettings {
  const { address, namespace, appRoleMount, url } = vault;
  const { certificate, clients } = prometheus;
  return {
    vault: {
      address,
      namespace,
      appRoleMount,
      // There is no certificate to verify at an http:// address.
      ca: url.protocol === 'http:' ? { kind: 'system' } : caOf(vault.ca),
      token: tokenSettings(vault, serviceAccountDir(variables)),
    },
    kubernetes: { ...kubernetes, ...clusterLeaseOf(kubernetes.service, election) },
    raftDir: election.kind === 'raft' ? election.raftDir : undefined,
    authorization,
    pki: {
      issuer: certificate.kind === 'vault' ? certificate : undefined,
      clientMounts: clients.kind === 'signed-by-mounts' ? clients.mounts : [],
    },
    allowLoopback: variables['KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS'] === 'true',
  };
}

function clusterLeaseOf(service: string, { kind }: Settings['election']) {
  return kind === 'raft' ? { clusterLease: `${service}-cluster` } : {};
}

function caOf(ca: Settings['vault']['ca']): DoctorSettings['vault']['ca'] {
  return ca.kind === 'file' ? { kind: 'pem', pem: ca.pem } : ca;
}

const read = (path: string) => readFile(path, 'utf8');

function tokenSettings(
  { ownToken, skipTokenRoleNameValidation }: Settings['vault'],
  folder: string,
): DoctorSettings['vault']['token'] {
  const given = {
    ours: false,
    demands: { renewable: true, role: !skipTokenRoleNameValidation },
  };
  const made = { ours: true, demands: { renewable: false, role: false } };
  const signal = new AbortController().signal;
  switch (ownToken.kind) {
    case 'token':
      return { ...given, from: 'vault.token', obtain: async () => ownToken.token };
    case 'file':
      return {
        ...given,
        from: 'vault.tokenFile',
        obtain: () => readCredential(ownToken.path, read),
      };
    case 'approle':
      return {
        ...made,
        from: 'vault.auth.approle',
        obtain: (client) => appRoleLogin(client, ownToken, read).logIn(signal),
      };
    case 'kubernetes': {
      const { mount, role, jwtFile = join(folder, 'token') } = ownToken;
      return {
        ...made,
        from: 'vault.auth.kubernetes',
        obtain: (client) => kubernetesLogin(client, { mount, role, jwtFile }, read).logIn(signal),
      };
    }
  }
}
