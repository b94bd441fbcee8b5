import type { KubeObject } from '../../support/chart/rendered-chart.ts';

/** A pod, as network policies see it. */
export interface PodPlace {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Port {
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

type Direction = 'ingress' | 'egress';

/**
 * Whether network policies let one pod reach a port of another, by the rules of Kubernetes: a pod
 * that no policy selects is open; one that some select lets through what any of them allows; and
 * both ends must.
 */
export function reaches(
  policies: readonly KubeObject[],
  from: PodPlace,
  to: PodPlace,
  port: Port,
): boolean {
  return isLet(policies, 'egress', from, to, port) && isLet(policies, 'ingress', to, from, port);
}

function isLet(
  policies: readonly KubeObject[],
  direction: Direction,
  own: PodPlace,
  other: PodPlace,
  port: Port,
): boolean {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace &&
      spec.policyTypes.includes(type) &&
      matches(spec.podSelector, own.labels),
  );
  if (selecting.length === 0) return true;
  const rules = selecting.flatMap(({ spec }) => spec[direction] ?? []);
  return rules.some((rule: KubeObject) => {
    const peers = direction === 'ingress' ? rule.from : rule.to;
    const isPeer = (peer: KubeObject) => isSelected(peer, other, own.namespace);
    return (peers?.some(isPeer) ?? true) && (rule.ports?.some(isPort) ?? true);
  });

  function isPort(one: KubeObject): boolean {
    return one.port === port.port && (one.protocol ?? 'TCP') === (port.protocol ?? 'TCP');
  }
}

function isSelected(peer: KubeObject, pod: PodPlace, ownNamespace: string): boolean {
  const { namespaceSelector, podSelector = {} } = peer;
  const namespaceLabels = { 'kubernetes.io/metadata.name': pod.namespace };
  const isThere =
    namespaceSelector === undefined
      ? pod.namespace === ownNamespace
      : matches(namespaceSelector, namespaceLabels);
  return isThere && matches(podSelector, pod.labels);
}

function matches({ matchLabels = {} }: KubeObject, labels: PodPlace['labels']): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
