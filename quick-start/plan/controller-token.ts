import type { Command } from '../run/command.ts';
import { json } from '../run/command.ts';
import type { Action, Check, Plan } from '../run/step.ts';
import { CONTROLLERS, TOKEN_SECRET } from './names.ts';
import { fromBefore, hasData, type VaultCli } from './vault-cli.ts';

const ROLE = 'auth/token/roles/kubernetes-vault';

/** The controllers' own token: periodic, of a token role, with no more than their policy. */
export function controllerToken(vault: VaultCli): Plan {
  return [tokenRole(vault), tokenInSecret(vault)];
}

function tokenRole(vault: VaultCli): Action {
  const settings = ['orphan=true', 'renewable=true', 'token_period=24h'];
  const wanted = {
    allowed_policies: ['kubernetes-vault'],
    orphan: true,
    renewable: true,
    token_period: 86_400,
  };
  return {
    kind: 'action',
    title: 'Make the token role kubernetes-vault',
    why: 'its tokens live for as long as they are renewed, and may no more than that policy says',
    unless: [hasData(vault, ROLE, wanted)],
    run: [vault(['write', ROLE, 'allowed_policies=kubernetes-vault', ...settings])],
  };
}

/**
 * The token goes from one command to the next by standard input: no list of processes shows it. The
 * Secret is made anew, never changed, so that its age tells which controllers have read it.
 */
function tokenInSecret(vault: VaultCli): Action {
  const secret = ['secret', 'generic', TOKEN_SECRET, '-n', CONTROLLERS];
  return {
    kind: 'action',
    title: `Put a token of that role into the Secret ${TOKEN_SECRET}`,
    why: 'the controllers read it from a file; it is never printed',
    unless: [tokenLives(vault)],
    run: [
      { args: ['delete', 'secret', TOKEN_SECRET, '-n', CONTROLLERS, '--ignore-not-found'] },
      vault(['token', 'create', '-role=kubernetes-vault', '-field=token'], { keptIn: 'token' }),
      {
        args: ['create', '-f', '-'],
        input: { of: tokenSecret, isSecret: true, shown: '' },
        byHand: [`kubectl create ${secret.join(' ')} --from-file=token`, 'rm token'],
      },
    ],
  };
}

function tokenSecret(token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: TOKEN_SECRET, namespace: CONTROLLERS, labels: { app: 'kubernetes-vault' } },
    stringData: { token: token.trim() },
  });
}

/** A Vault that forgot everything does not know the token of before. */
function tokenLives(vault: VaultCli): Check {
  const decoded = (token: string) => Buffer.from(token, 'base64').toString();
  const input = { ...fromBefore('token', decoded), isSecret: true } as const;
  return {
    ask: [
      ofSecret('{.data.token}'),
      vault(['write', '-format=json', 'auth/token/lookup', 'token=-'], { input }),
    ],
    holds: (_token, answer = '{}') => {
      const { data } = json<{ data: { path: string; ttl: number } }>(answer);
      return data.path === 'auth/token/create/kubernetes-vault' && data.ttl > 0;
    },
  };
}

function ofSecret(jsonPath: string): Command {
  const secret = ['secret', TOKEN_SECRET, '-n', CONTROLLERS, '--ignore-not-found'];
  return { args: ['get', ...secret, '-o', `jsonpath=${jsonPath}`] };
}

interface Pods {
  readonly items: readonly {
    readonly metadata: {
      readonly creationTimestamp: string;
      readonly deletionTimestamp?: string;
    };
  }[];
}

/**
 * Controllers that are older than the Secret hold another token; the kubelet would need a minute or
 * two to bring them the new one. Both times are of the API server's clock.
 */
export function restartForToken(): Action {
  const pods = ['get', 'pods', '-n', CONTROLLERS, '-l', 'app=kubernetes-vault', '-o', 'json'];
  return {
    kind: 'action',
    title: 'Have the controllers take the token',
    why: 'at once, where they are older than it',
    isRepair: true,
    unless: [
      {
        ask: [ofSecret('{.metadata.creationTimestamp}'), { args: pods }],
        holds: (since = '', found = '{"items":[]}') =>
          json<Pods>(found).items.every(
            ({ metadata }) =>
              metadata.deletionTimestamp !== undefined ||
              Date.parse(metadata.creationTimestamp) >= Date.parse(since),
          ),
      },
    ],
    run: [{ args: ['rollout', 'restart', '-n', CONTROLLERS, 'deployment/kubernetes-vault'] }],
  };
}
