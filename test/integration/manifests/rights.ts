import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../support/chart/rendered-chart.ts';
import type { ControlPlane } from '../../support/real/control-plane.ts';
import type { OpenBao } from '../../support/real/openbao.ts';

const ACCOUNT = 'system:serviceaccount:kubernetes-vault:kubernetes-vault';

interface KubeRequest {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/** What the controllers' account has asked of the API server, as `verb group/resource namespace`. */
export function usedRights(plane: ControlPlane): { used: string[]; refused: string[] } {
  const requests = jsonLines<KubeRequest>(plane.auditFile).filter(
    ({ user, objectRef }) => user.username === ACCOUNT && objectRef !== undefined,
  );
  const refused = requests.filter(({ responseStatus }) => responseStatus?.code === 403);
  return { used: distinct(requests.map(rightOf)), refused: distinct(refused.map(rightOf)) };
}

function rightOf({ verb, objectRef }: KubeRequest): string {
  const { apiGroup = '', resource, namespace = '*' } = objectRef ?? { resource: '' };
  return `${verb} ${apiGroup}/${resource} ${namespace}`;
}

/** What the Roles and ClusterRoles that are bound to the account grant, written in the same way. */
export function grantedRights(objects: readonly KubeObject[]): string[] {
  const bindings = objects.filter(
    ({ kind, subjects = [] }) =>
      /^(Cluster)?RoleBinding$/.test(kind) &&
      subjects.some(({ name, namespace }: KubeObject) => ACCOUNT.endsWith(`${namespace}:${name}`)),
  );
  const rights = bindings.flatMap(({ roleRef, metadata }) => {
    const role = objects.find(
      (one) =>
        one.kind === roleRef.kind &&
        one.metadata.name === roleRef.name &&
        one.metadata.namespace === metadata.namespace,
    );
    return rightsOf(role, metadata.namespace ?? '*');
  });
  return distinct(rights);
}

function rightsOf({ rules }: KubeObject, namespace: string): string[] {
  return rules.flatMap(({ apiGroups, resources, verbs }: KubeObject) =>
    verbs.map((verb: string) => `${verb} ${apiGroups[0]}/${resources[0]} ${namespace}`),
  );
}

interface VaultRequest {
  readonly type: string;
  readonly auth?: { readonly token_policies?: readonly string[] };
  readonly request: { readonly path: string };
}

/** The paths that tokens with a policy have asked Vault for. */
export function usedPaths(vault: OpenBao, policy: string): string[] {
  const requests = jsonLines<VaultRequest>(vault.auditFile).filter(
    ({ type, auth }) => type === 'request' && auth?.token_policies?.includes(policy),
  );
  return distinct(requests.map(({ request }) => request.path));
}

/** The paths of a policy in HCL. */
export function pathsOf(policy: string): string[] {
  return distinct([...policy.matchAll(/^path "([^"]+)"/gm)].map(([, path = '']) => path));
}

function jsonLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as T);
}

function distinct(all: readonly string[]): string[] {
  return [...new Set(all)].toSorted();
}
