import type { KubeCredentials } from './credentials.ts';

/**
 * The same credentials, speaking for another user; of a service account the API server knows its
 * groups by itself. Whose they are must be allowed to impersonate it.
 */
export function impersonating(credentials: KubeCredentials, user: string): KubeCredentials {
  return {
    async access() {
      const access = await credentials.access();
      return { ...access, headers: { ...access.headers, 'Impersonate-User': user } };
    },
    refused: () => credentials.refused(),
  };
}
