import { keyPath } from './problem.ts';
import { idleRaftKeys } from './rules/election.ts';
import type { Settings } from './settings.ts';
import type { Tree } from './yaml/tree.ts';

/** Something that works, but that its operator should know. */
export interface SettingsWarning {
  readonly key: string;
  readonly text: string;
}

/** What to warn about at start; `tree` is what the settings were read from. */
export function settingsWarnings(settings: Settings, tree: Tree): SettingsWarning[] {
  return [
    ...plainHttp(settings),
    ...uselessBackends(settings),
    ...uselessSkip(settings),
    ...authorizationWarnings(settings),
    ...openCluster(settings),
    ...idleKeys(tree),
  ];
}

function plainHttp({ vault }: Settings): SettingsWarning[] {
  if (vault.url.protocol !== 'http:') return [];
  const text =
    'is an http:// address: whoever is on the way can read the token of the controller and every credential; use https:// wherever it matters';
  return [{ key: 'vault.addr', text }];
}

function uselessBackends({ vault }: Settings): SettingsWarning[] {
  if (vault.url.protocol !== 'http:' || vault.ca.kind !== 'mounts') return [];
  const text = 'has no effect with an http:// address: there is no certificate to verify';
  return [{ key: 'vault.tls.vaultCABackends', text }];
}

function uselessSkip({ vault }: Settings): SettingsWarning[] {
  const logsIn = vault.ownToken.kind === 'kubernetes' || vault.ownToken.kind === 'approle';
  if (!logsIn || !vault.skipTokenRoleNameValidation) return [];
  const text = 'has no effect with vault.auth: no token role is asked of what a login gives';
  return [{ key: 'vault.skipTokenRoleNameValidation', text }];
}

function authorizationWarnings({ authorization }: Settings): SettingsWarning[] {
  if (authorization === undefined) {
    const text =
      'is not set: whoever may create pods in a watched namespace gets the credential of any AppRole by naming it in an annotation; say with authorization.rules who may ask for which';
    return [{ key: 'authorization', text }];
  }
  if (authorization.length > 0) return [];
  return [{ key: 'authorization.rules', text: 'is empty: every pod is refused' }];
}

function openCluster({ election }: Settings): SettingsWarning[] {
  if (election.kind !== 'raft' || election.keyFile !== undefined) return [];
  const text =
    'lets whoever reaches the ports of the cluster take part, and decide who acts; write cluster.keyFile wherever it matters';
  return [{ key: 'cluster.insecure', text }];
}

function idleKeys(tree: Tree): SettingsWarning[] {
  const text = 'has no effect: the Lease elects, and only `election: raft` would use it';
  return idleRaftKeys(tree).map((path) => ({ key: keyPath(path), text }));
}
