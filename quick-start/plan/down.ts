import { json } from '../run/command.ts';
import type { Plan, Verdict } from '../run/step.ts';
import { NAMESPACES } from './names.ts';
import {
  FIND_NAMESPACES,
  type Namespace,
  names,
  namespacesOf,
  notOurs,
  strangersAmong,
} from './namespaces.ts';

/** All that the manifests make outside of the namespaces. */
export const CLUSTER_WIDE = [
  'clusterrolebinding/kubernetes-vault-pods',
  'clusterrole/kubernetes-vault-pods',
  'clusterrolebinding/vault-token-review',
  'clusterrole/vault-token-review',
] as const;

interface Labelled {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

const FIND_CLUSTER_WIDE = {
  args: ['get', ...CLUSTER_WIDE, '--ignore-not-found', '-o', 'json'],
} as const;

/** From anywhere to nothing. The namespaces go last: their label says whose the rest is. */
export function planDown(): Plan {
  return [
    {
      kind: 'wait',
      title: 'See whose the namespaces are',
      why: 'only what this program made is removed',
      ask: [FIND_NAMESPACES, FIND_CLUSTER_WIDE],
      judge: judgeOwned,
      byHand: [`kubectl get namespaces ${NAMESPACES.join(' ')} --ignore-not-found --show-labels`],
    },
    {
      kind: 'action',
      title: 'Remove the cluster roles and their bindings',
      why: 'they lie outside of the namespaces',
      unless: [{ ask: [FIND_CLUSTER_WIDE], holds: isNothing }],
      run: [{ args: ['delete', ...CLUSTER_WIDE, '--ignore-not-found'] }],
    },
    {
      kind: 'action',
      title: `Remove the namespaces ${NAMESPACES.join(', ')}`,
      why: 'and all that is in them',
      unless: [{ ask: [FIND_NAMESPACES], holds: areLeaving }],
      run: [
        {
          args: ['delete', 'namespaces', ...NAMESPACES, '--ignore-not-found', '--wait=false'],
          byHand: [`kubectl delete namespaces ${NAMESPACES.join(' ')} --ignore-not-found`],
        },
      ],
    },
    {
      kind: 'wait',
      title: 'Wait until they are gone',
      why: 'the cluster ends what runs in them first',
      ask: [FIND_NAMESPACES],
      judge: judgeGone,
      byHand: [`kubectl get namespaces ${NAMESPACES.join(' ')}`],
    },
  ];
}

function isNothing(found = ''): boolean {
  return found.trim() === '';
}

function areLeaving(found = ''): boolean {
  return namespacesOf(found).every(({ metadata }) => metadata.deletionTimestamp !== undefined);
}

function judgeOwned(foundNamespaces = '', foundRoles = ''): Verdict {
  const strange = strangersAmong(namespacesOf(foundNamespaces));
  if (strange.length > 0) return { kind: 'failed', problem: notOurs(strange, 'plain') };
  const ofHelm = labelledOf(foundRoles).filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm',
  );
  if (ofHelm.length === 0) return { kind: 'ready', note: 'this program made them' };
  const what = `made by Helm, not by this program: ${ofHelm.map((one) => one.metadata.name).join(', ')}`;
  return { kind: 'failed', problem: { what, remedies: ['see which release: helm list -A'] } };
}

function labelledOf(found: string): readonly Labelled[] {
  if (isNothing(found)) return [];
  const parsed = json<{ items: readonly Labelled[] } | Labelled>(found);
  return 'items' in parsed ? parsed.items : [parsed];
}

function judgeGone(found = ''): Verdict {
  const left = namespacesOf(found);
  if (left.length === 0) return { kind: 'ready', note: 'nothing is left' };
  const reasons = left.flatMap(whyLeft);
  return { kind: 'waiting', for: [`${names(left)}: being removed`, ...reasons].join('; ') };
}

function whyLeft({ status }: Namespace): readonly string[] {
  const held = status?.conditions?.filter((one) => one.status === 'True' && one.message);
  return held?.map(({ message = '' }) => message) ?? [];
}
