import type { Action, Plan } from '../run/step.ts';
import { policy } from './app-role.ts';
import { type Choice, INTERMEDIATE_CA } from './names.ts';
import { hasData, hasMount, type VaultCli } from './vault-cli.ts';

const LOGIN_ROLE = 'auth/kubernetes/role/kubernetes-vault';
const HOST = 'https://kubernetes.default.svc';

/** The controllers log in by their service account: no token of theirs lies anywhere. */
export function kubernetesAuth(vault: VaultCli): Plan {
  return [
    {
      kind: 'action',
      title: 'Enable the Kubernetes auth method',
      why: 'the controllers log in by their service account',
      unless: [hasMount(vault, 'auth', 'kubernetes')],
      run: [vault(['auth', 'enable', 'kubernetes'])],
    },
    {
      kind: 'action',
      title: 'Tell it where the API server is',
      why: 'Vault asks it whose a token is',
      unless: [hasData(vault, 'auth/kubernetes/config', { kubernetes_host: HOST })],
      run: [vault(['write', 'auth/kubernetes/config', `kubernetes_host=${HOST}`])],
    },
    loginRole(vault),
  ];
}

function loginRole(vault: VaultCli): Action {
  const account = [
    'bound_service_account_names=kubernetes-vault',
    'bound_service_account_namespaces=kubernetes-vault',
    'audience=vault',
  ];
  const wanted = {
    audience: 'vault',
    bound_service_account_names: ['kubernetes-vault'],
    bound_service_account_namespaces: ['kubernetes-vault'],
    token_policies: ['kubernetes-vault'],
    token_period: 3_600,
  };
  const token = ['token_policies=kubernetes-vault', 'token_period=1h'];
  return {
    kind: 'action',
    title: 'Make the login role kubernetes-vault',
    why: 'for that account alone, with a token of an hour, which is renewed',
    unless: [hasData(vault, LOGIN_ROLE, wanted)],
    run: [vault(['write', LOGIN_ROLE, ...account, ...token])],
  };
}

/** Certificates for those who serve the metrics, and for those who read them. */
export function metricsCertificates(vault: VaultCli, choice: Choice): Plan {
  return [
    certificateRole(vault, 'kubernetes-vault', {
      why: 'the controllers serve the metrics with them, and can do nothing else with them',
      settings: ['allowed_domains=kubernetes-vault,kubernetes-vault-*', 'allow_glob_domains=true'],
      usage: ['client_flag=false', 'max_ttl=24h'],
      wanted: { allowed_domains: ['kubernetes-vault', 'kubernetes-vault-*'], client_flag: false },
    }),
    certificateRole(vault, 'prometheus', {
      why: 'who reads the metrics must show one',
      settings: ['allowed_domains=prometheus'],
      usage: ['server_flag=false', 'max_ttl=720h'],
      wanted: { allowed_domains: ['prometheus'], server_flag: false },
    }),
    policy(vault, choice, 'prometheus', 'for whoever gets Prometheus its certificate'),
  ];
}

interface CertificateRole {
  readonly why: string;
  readonly settings: readonly string[];
  readonly usage: readonly string[];
  readonly wanted: Readonly<Record<string, unknown>>;
}

function certificateRole(
  vault: VaultCli,
  name: string,
  { why, settings, usage, wanted }: CertificateRole,
): Action {
  const path = `${INTERMEDIATE_CA}/roles/${name}`;
  const fixed = ['allow_bare_domains=true', 'key_type=ec', 'key_bits=256', 'ttl=24h'];
  return {
    kind: 'action',
    title: `Make the certificate role ${name}`,
    why,
    unless: [hasData(vault, path, { ...wanted, allow_bare_domains: true, key_type: 'ec' })],
    run: [vault(['write', path, ...settings, ...usage, ...fixed])],
  };
}
