import type { Plan } from '../run/step.ts';
import { appRole, policy } from './app-role.ts';
import { controllerToken, restartForToken } from './controller-token.ts';
import { externalCa } from './external-ca.ts';
import { apply } from './manifests.ts';
import { type Choice, overlay, VAULT } from './names.ts';
import { makeNamespaces, namespacesAreFree } from './namespaces.ts';
import { pki } from './pki.ts';
import { kubernetesAuth, metricsCertificates } from './secured.ts';
import { type VaultCli, vaultCliIn } from './vault-cli.ts';
import { appsAreReady, controllersAreReady, vaultIsReady } from './workloads.ts';

/** From nothing to a sample app with tokens; from anywhere on that way, too. */
export function planUp(choice: Choice): Plan {
  const vault = vaultCliIn(choice);
  return [
    namespacesAreFree(choice.kind),
    makeNamespaces(choice.kind),
    ...startVault(choice),
    ...appRole(vault, choice),
    ...pki(vault),
    ...theControllersWay(vault, choice),
    apply(choice, {
      title: 'Install the controllers and the sample app',
      why: 'Vault has all that they need by now',
      folder: overlay(choice),
    }),
    ...(choice.kind === 'plain' ? [restartForToken()] : []),
    controllersAreReady(),
    ...appsAreReady(vault),
  ];
}

function startVault(choice: Choice): Plan {
  const told = { title: 'Start Vault', why: 'in development mode: it begins empty, and unsealed' };
  if (choice.kind === 'plain') {
    return [apply(choice, { ...told, folder: overlay(choice, 'vault') }), vaultIsReady()];
  }
  return [
    ...externalCa(choice),
    apply(choice, { ...told, folder: overlay(choice), part: VAULT }),
    vaultIsReady(),
  ];
}

/** How the controllers come to a token, and what it may do. */
function theControllersWay(vault: VaultCli, choice: Choice): Plan {
  const why = 'the controllers may mint secret_ids for the sample app, and little else';
  const rights = policy(vault, choice, 'kubernetes-vault', why);
  if (choice.kind === 'plain') return [rights, ...controllerToken(vault)];
  return [rights, ...metricsCertificates(vault, choice), ...kubernetesAuth(vault)];
}
