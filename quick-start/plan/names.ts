import { join } from 'node:path';

/** The namespaces, as the manifests have them. */
export const CONTROLLERS = 'kubernetes-vault';
export const VAULT = 'vault';
export const APPS = 'sample-app';
export const NAMESPACES = [VAULT, CONTROLLERS, APPS] as const;

/** The label by which the namespaces are known to be this program's, to be removed by it. */
export const MARK = 'kubernetes-vault-quick-start';

/** The Secret with the controllers' token, and its key. */
export const TOKEN_SECRET = 'kubernetes-vault-token';

/** What the sample app's pods say that they are: no secret. */
export const ROLE_ID = '313b0821-4ff6-1df8-54dd-c3eea5d3b8b1';

/** The mounts of the PKI engines, as the manifests have them. */
export const ROOT_CA = 'root-ca';
export const INTERMEDIATE_CA = 'intermediate-ca';

/** Which of the two installations. */
export type Kind = 'plain' | 'secured';

/** The folder of each, below `deploy`. */
const FOLDER: Readonly<Record<Kind, string>> = {
  plain: 'quick-start',
  secured: 'secured-external-ca',
};

/** What a person chose. */
export interface Choice {
  readonly kind: Kind;
  /** The project's folder, ending in a separator. */
  readonly root: string;
  /** Where the project's three images are: `PREFIX/kubernetes-vault:VERSION`. */
  readonly imagePrefix: string | undefined;
  readonly vaultImage: string | undefined;
  /** What Vault's command line is called in its image. */
  readonly cli: 'bao' | 'vault';
}

/** A path below the folder of the chosen installation. */
export function overlay({ root, kind }: Choice, ...path: readonly string[]): string {
  return join(root, 'deploy', FOLDER[kind], ...path);
}
