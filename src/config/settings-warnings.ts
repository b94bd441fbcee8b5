import type { Settings } from './settings.ts';

/** Something that works, but that its operator should know. */
export interface SettingsWarning {
  readonly key: string;
  readonly text: string;
}

/** What to warn about at start. */
export function settingsWarnings(settings: Settings): SettingsWarning[] {
  return [
    ...plainHttp(settings),
    ...uselessBackends(settings),
    ...uselessSkip(settings),
    ...authorizationWarnings(settings),
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
