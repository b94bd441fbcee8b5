import { json } from '../run/command.ts';
import type { Action, Problem, Verdict, Wait } from '../run/step.ts';
import { type Kind, MARK, NAMESPACES } from './names.ts';

export interface Namespace {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** The namespaces that are there, of those that the quick start uses. */
export const FIND_NAMESPACES = {
  args: ['get', 'namespaces', ...NAMESPACES, '--ignore-not-found', '-o', 'json'],
} as const;

/** Reads what `FIND_NAMESPACES` found; kubectl writes nothing where there are none. */
export function namespacesOf(output = ''): readonly Namespace[] {
  if (output.trim() === '') return [];
  const found = json<{ items: readonly Namespace[] } | Namespace>(output);
  return 'items' in found ? found.items : [found];
}

/** None of the namespaces may be somebody else's: `down` removes them with all that is in them. */
export function namespacesAreFree(kind: Kind): Wait {
  return {
    kind: 'wait',
    title: 'See that the namespaces are free',
    why: '`down` will remove them, so they must be made by this program',
    ask: [FIND_NAMESPACES],
    judge: (found) => judgeFree(namespacesOf(found), kind),
    byHand: [`kubectl get namespaces ${NAMESPACES.join(' ')} --ignore-not-found --show-labels`],
  };
}

function judgeFree(found: readonly Namespace[], kind: Kind): Verdict {
  const strange = strangersAmong(found);
  if (strange.length > 0) return { kind: 'failed', problem: notOurs(strange, kind) };
  const leaving = found.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (leaving.length > 0) return { kind: 'waiting', for: `${names(leaving)}: being removed` };
  const other = found.find(({ metadata }) => metadata.labels?.[MARK] !== kind);
  if (other === undefined) return { kind: 'ready', note: 'they are' };
  const installed = other.metadata.labels?.[MARK];
  const what = `this cluster has the ${installed} quick start; the ${kind} one cannot be put over it`;
  const remedies = ['remove it first, with `down`'];
  return { kind: 'failed', problem: { what, remedies } };
}

/** Those that this program did not make. */
export function strangersAmong(found: readonly Namespace[]): readonly Namespace[] {
  return found.filter(({ metadata }) => metadata.labels?.[MARK] === undefined);
}

export function notOurs(strange: readonly Namespace[], kind: Kind): Problem {
  const list = strange.map(({ metadata }) => metadata.name);
  const what = `not made by this program: namespace ${list.join(', ')}`;
  const mark = `kubectl label namespace ${list.join(' ')} ${MARK}=${kind}`;
  return {
    what,
    remedies: [
      'use another cluster, such as a new one of kind or minikube',
      `or, if \`down\` may remove all that is in there: ${mark}`,
    ],
  };
}

export function names(namespaces: readonly Namespace[]): string {
  return namespaces.map(({ metadata }) => metadata.name).join(', ');
}

/** As the manifests say it again: what comes before them is held to it, too. */
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** Server-side: the manifests' own fields are left to `kubectl apply -k`, which leaves ours. */
export function makeNamespaces(kind: Kind): Action {
  const items = NAMESPACES.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [MARK]: kind, ...RESTRICTED } },
  }));
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const each = NAMESPACES.map((name) => `kubectl create namespace ${name}`);
  const manager = '--field-manager=kubernetes-vault-quick-start';
  return {
    kind: 'action',
    title: `Make the namespaces ${NAMESPACES.join(', ')}`,
    why: `their label ${MARK} says that \`down\` may remove them`,
    unless: [
      {
        ask: [FIND_NAMESPACES],
        holds: (found) => namespacesOf(found).length === NAMESPACES.length,
      },
    ],
    run: [
      {
        args: ['apply', '--server-side', manager, '-f', '-'],
        input: { of: () => list, shown: '' },
        byHand: [...each, `kubectl label namespace ${NAMESPACES.join(' ')} ${MARK}=${kind}`],
      },
    ],
  };
}
