import { accessorsIn, LOGS } from '../look/app-logs.ts';
import { judgeRollout, workloadIn, workloadOf } from '../look/workload.ts';
import { json } from '../run/command.ts';
import type { Action, Check, Plan, Wait } from '../run/step.ts';
import { APPS, CONTROLLERS, VAULT } from './names.ts';
import type { VaultCli } from './vault-cli.ts';

/** Waits until a Deployment is as it should be. */
export function rollout(namespace: string, name: string, title: string, why: string): Wait {
  return {
    kind: 'wait',
    title,
    why,
    ask: [workloadIn(namespace, name)],
    judge: (found) => judgeRollout(workloadOf(found), namespace),
    byHand: [`kubectl rollout status -n ${namespace} deployment/${name}`],
  };
}

export function vaultIsReady(): Wait {
  return rollout(VAULT, 'vault', 'Wait for Vault', 'what follows is done in it');
}

/** The controllers, then the apps, whose pods cannot start before they have a token. */
export function controllersAreReady(): Wait {
  const why = 'one will act, the others stand by';
  return rollout(CONTROLLERS, 'kubernetes-vault', 'Wait for the controllers', why);
}

export function appsAreReady(vault: VaultCli): Plan {
  const wait = (title: string, why: string) => rollout(APPS, 'sample-app', title, why);
  return [
    wait('Wait for the sample app', 'its pods start once the controller gave them tokens'),
    restartForTokens(vault),
    { ...wait('Wait for it again', 'each of its pods has a token that lives'), isRepair: true },
  ];
}

/** An app that was given a token by a Vault that forgot it needs another one. */
function restartForTokens(vault: VaultCli): Action {
  return {
    kind: 'action',
    title: 'See that Vault knows the tokens of the apps',
    why: 'one that was given out before Vault restarted is worth nothing',
    isRepair: true,
    unless: [tokensLive(vault)],
    run: [{ args: ['rollout', 'restart', '-n', APPS, 'deployment/sample-app'] }],
  };
}

function tokensLive(vault: VaultCli): Check {
  return {
    ask: [LOGS, vault(['list', '-format=json', 'auth/token/accessors'])],
    holds: (logs = '', living = '[]') => {
      const known = new Set(json<string[]>(living));
      return [...accessorsIn(logs).values()].every((accessor) => known.has(accessor));
    },
  };
}
