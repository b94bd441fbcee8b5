import { readFileSync } from 'node:fs';
import type { Action, Plan } from '../run/step.ts';
import { type Choice, overlay, ROLE_ID } from './names.ts';
import { hasData, hasMount, type VaultCli } from './vault-cli.ts';

const ROLE = 'auth/approle/role/sample-app';

/** What the app has in Vault: a secret, a policy to read it, and a role with that policy. */
export function appRole(vault: VaultCli, choice: Choice): Plan {
  return [
    secretOfTheApp(vault),
    policy(vault, choice, 'sample-app', 'the app may read its secret, and nothing else'),
    {
      kind: 'action',
      title: 'Enable the AppRole auth method',
      why: 'pods log in by it',
      unless: [hasMount(vault, 'auth', 'approle')],
      run: [vault(['auth', 'enable', 'approle'])],
    },
    role(vault),
    {
      kind: 'action',
      title: 'Give the AppRole its role_id',
      why: 'the one that the pods of the sample app name; it is no secret',
      unless: [hasData(vault, `${ROLE}/role-id`, { role_id: ROLE_ID })],
      run: [vault(['write', `${ROLE}/role-id`, `role_id=${ROLE_ID}`])],
    },
  ];
}

/** A policy of the manifests' folder, by its name. */
export function policy(vault: VaultCli, choice: Choice, name: string, why: string): Action {
  const file = name === 'kubernetes-vault' ? 'controller.hcl' : `${name}.hcl`;
  const path = overlay(choice, 'policies', file);
  const text = () => readFileSync(path, 'utf8');
  const holds = (found = '') => lines(found) === lines(text());
  const input = { of: text, shown: `cat ${path}` };
  return {
    kind: 'action',
    title: `Write the policy ${name}`,
    why,
    unless: [{ ask: [vault(['policy', 'read', name])], holds }],
    run: [vault(['policy', 'write', name, '-'], { input })],
  };
}

/** A checkout on Windows may have other ends of lines. */
function lines(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}

function secretOfTheApp(vault: VaultCli): Action {
  return {
    kind: 'action',
    title: 'Write a secret for the sample app',
    why: 'so that there is something that its token can read',
    unless: [
      {
        ask: [vault(['kv', 'get', '-format=json', '-mount=secret', 'sample-app'])],
        holds: () => true,
      },
    ],
    run: [vault(['kv', 'put', '-mount=secret', 'sample-app', 'greeting=hello'])],
  };
}

function role(vault: VaultCli): Action {
  const uses = ['secret_id_num_uses=1', 'secret_id_ttl=10m'];
  const token = ['token_policies=sample-app', 'token_period=24h'];
  const wanted = {
    secret_id_num_uses: 1,
    secret_id_ttl: 600,
    token_policies: ['sample-app'],
    token_period: 86_400,
  };
  return {
    kind: 'action',
    title: 'Make the AppRole sample-app',
    why: 'each secret_id is good for one login, and for ten minutes',
    unless: [hasData(vault, ROLE, wanted)],
    run: [vault(['write', ROLE, ...uses, ...token])],
  };
}
