import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Access } from '../src/sim/api-server/access.ts';
import { deployFile } from '../test/support/real/deploy-file.ts';

/** Who may do what, by the bearer token that each has. */
export interface Parties {
  readonly adminToken: string;
  readonly controllerToken: string;
  /** The controller's own namespace. */
  readonly namespace: string;
}

interface Role {
  readonly kind: string;
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** Of a controller that watches by a regular expression. */
const MANIFESTS = ['base/rbac.yaml', 'components/watch-by-regex/cluster-role.yaml'];

/**
 * The administrator may do everything, the controller what the manifests grant it; the
 * names of objects that its rules have are not looked at.
 */
export function accessByManifest({ adminToken, controllerToken, namespace }: Parties): Access {
  const roles = MANIFESTS.flatMap((file) =>
    parseAllDocuments(readFileSync(deployFile(file), 'utf8')),
  ).map((document) => document.toJS() as Role);
  const users = new Map([
    [adminToken, 'admin'],
    [controllerToken, `system:serviceaccount:${namespace}:kubernetes-vault`],
  ]);
  return {
    userOf: (token) => users.get(token),
    allows: ({ user, verb, group, resource, namespace: where }) => {
      if (user === 'admin') return true;
      const kinds = where === namespace ? ['ClusterRole', 'Role'] : ['ClusterRole'];
      const rules = roles.filter(({ kind }) => kinds.includes(kind)).flatMap((role) => role.rules);
      return rules.some(
        (rule) =>
          rule?.apiGroups.includes(group) &&
          rule.resources.includes(resource) &&
          rule.verbs.includes(verb),
      );
    },
  };
}
