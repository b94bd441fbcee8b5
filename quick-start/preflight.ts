import { CONTROLLERS, type Kind, VAULT } from './plan/names.ts';
import { json, type Kubectl } from './run/command.ts';
import type { Problem } from './run/step.ts';
import { problemOf, Trouble } from './run/trouble.ts';

/** The cluster that the commands go to. */
export interface Cluster {
  readonly context: string;
  readonly server: string;
}

interface KubeConfig {
  readonly 'current-context'?: string;
  readonly clusters?: readonly { readonly cluster: { readonly server?: string } }[] | null;
}

/**
 * Finds out which cluster it is, and whether it answers.
 * @throws Trouble
 */
export async function findCluster(kubectl: Kubectl): Promise<Cluster> {
  const view = await kubectl.run(['config', 'view', '--minify', '-o', 'json']);
  const config = view.code === 0 ? json<KubeConfig>(view.stdout) : {};
  const version = ['version', '-o', 'json', '--request-timeout=10s'];
  const answer = await kubectl.run(version);
  if (answer.code !== 0) throw new Trouble(problemOf(`kubectl ${version.join(' ')}`, answer));
  return {
    context: config['current-context'] || 'none',
    server: config.clusters?.[0]?.cluster.server ?? 'its default',
  };
}

type Right = readonly [verb: string, resource: string, namespace?: string];

const RIGHTS: readonly Right[] = [
  ['create', 'namespaces'],
  ['create', 'deployments.apps', VAULT],
  ['create', 'pods/exec', VAULT],
  ['create', 'secrets', CONTROLLERS],
  ['create', 'roles.rbac.authorization.k8s.io', CONTROLLERS],
];

const RIGHTS_FOR_SECURED: readonly Right[] = [
  ['create', 'clusterroles.rbac.authorization.k8s.io'],
  ['create', 'clusterrolebindings.rbac.authorization.k8s.io'],
];

/**
 * Asks for the rights that are needed, all at once, before anything is begun.
 * @throws Trouble
 */
export async function requireRights(kubectl: Kubectl, kind: Kind): Promise<void> {
  const needed = kind === 'secured' ? [...RIGHTS, ...RIGHTS_FOR_SECURED] : RIGHTS;
  const missing: string[] = [];
  for (const [verb, resource, namespace] of needed) {
    const where = namespace === undefined ? [] : ['-n', namespace];
    const { stdout } = await kubectl.run(['auth', 'can-i', verb, resource, ...where]);
    if (stdout.trim() !== 'yes') missing.push([verb, resource].join(' '));
  }
  if (missing.length > 0) throw new Trouble(tooFewRights(missing));
}

function tooFewRights(missing: readonly string[]): Problem {
  return {
    what: `you may not do what this takes: ${missing.join(', ')}`,
    remedies: [
      'use the credentials of a cluster admin: --context NAME',
      'see whom the cluster takes you for: kubectl auth whoami',
    ],
  };
}
