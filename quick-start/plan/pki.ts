import type { Action, Check, Plan } from '../run/step.ts';
import { INTERMEDIATE_CA, ROOT_CA } from './names.ts';
import { fromBefore, hasMount, type VaultCli } from './vault-cli.ts';

/** A root authority, and an intermediate one that it signed: Vault's own PKI. */
export function pki(vault: VaultCli): Plan {
  return [
    engine(vault, ROOT_CA, '87600h', 'an authority signs what others can verify'),
    rootAuthority(vault, ROOT_CA, 'Kubernetes-Vault quick start, root CA'),
    engine(vault, INTERMEDIATE_CA, '43800h', 'the root signs this one, and then rests'),
    intermediateAuthority(vault),
  ];
}

/** A PKI engine, whose certificates may live for `ttl` (a Vault duration). */
export function engine(vault: VaultCli, path: string, ttl: string, why: string): Action {
  return {
    kind: 'action',
    title: `Enable the PKI engine ${path}`,
    why,
    unless: [hasMount(vault, 'secrets', path)],
    run: [vault(['secrets', 'enable', `-path=${path}`, `-max-lease-ttl=${ttl}`, 'pki'])],
  };
}

/** The root authority of an engine. */
export function rootAuthority(vault: VaultCli, path: string, name: string): Action {
  const what = [`common_name=${name}`, 'ttl=87600h', 'key_type=ec', 'key_bits=256'];
  return {
    kind: 'action',
    title: `Generate the root authority of ${path}`,
    why: 'its key is made inside of Vault, and never leaves it',
    unless: [hasAuthority(vault, path)],
    run: [vault(['write', '-field=certificate', `${path}/root/generate/internal`, ...what])],
  };
}

function intermediateAuthority(vault: VaultCli): Action {
  const path = INTERMEDIATE_CA;
  const name = 'common_name=Kubernetes-Vault quick start, intermediate CA';
  const [request, certificate] = ['intermediate.csr', 'intermediate.pem'];
  return {
    kind: 'action',
    title: `Have ${ROOT_CA} sign the authority of ${path}`,
    why: 'certificates are issued by one that can be replaced',
    unless: [hasAuthority(vault, path)],
    run: [
      vault(
        [
          'write',
          '-field=csr',
          `${path}/intermediate/generate/internal`,
          name,
          'key_type=ec',
          'key_bits=256',
        ],
        { keptIn: request },
      ),
      vault(
        [
          'write',
          '-field=certificate',
          `${ROOT_CA}/root/sign-intermediate`,
          'csr=-',
          'format=pem_bundle',
          'ttl=43800h',
        ],
        { input: fromBefore(request), keptIn: certificate },
      ),
      vault(['write', `${path}/intermediate/set-signed`, 'certificate=-'], {
        input: fromBefore(certificate),
      }),
    ],
  };
}

/** An engine without a certificate answers with an error. */
function hasAuthority(vault: VaultCli, path: string): Check {
  const holds = (certificate = '') => certificate.includes('BEGIN CERTIFICATE');
  return { ask: [vault(['read', '-field=certificate', `${path}/cert/ca`])], holds };
}
