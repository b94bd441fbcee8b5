import { servers } from '../../tools/servers/table.ts';
import { type NodeProcess, requireNode, startOnNode } from '../node/on-node.ts';
import type { PodKind } from '../node/pod-kinds.ts';
import type { Way } from '../node/way.ts';
import type { Figure } from '../report/figure.ts';
import { median } from '../report/statistics.ts';
import type { Scenario, Values } from './scenario.ts';

export interface OnNode {
  /** How many pods are started one after the other, and how many at once, in each run. */
  readonly singles: number;
  readonly many: number;
}

/** The way from a pod's creation to its running app, on a real node. */
export function onNode({ singles, many }: OnNode): Scenario {
  return {
    name: 'node',
    title: 'From a pod’s creation to its running app, on a real node',
    method: methodOf({ singles, many }),
    figures: figuresOf(many),
    runSeconds: Math.round(singles * 10 + many * 0.8),
    require: requireNode,
    async prepare(lab) {
      const node = await startOnNode();
      lab.noteVersions(node.versions);
      await node.ask({ kind: 'served', count: 1 });
      const pods = { singles, many };
      return {
        measure: ({ role }) => (role === 'ours' ? ours(node, pods) : floor(node, pods)),
        [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
      };
    },
  };
}

function methodOf({ singles, many }: OnNode): string {
  const { kubelet, containerd } = servers;
  return (
    'The end-to-end tests’ cluster of one node (etcd, kube-apiserver, controller-manager, scheduler, ' +
    `kubelet, kube-proxy, CoreDNS: Kubernetes ${kubelet.version}, containerd ${containerd.version} ` +
    'with runc), all on this machine’s cores, with Vault and three controllers as the quick start ' +
    'installs them. The pods are those of its sample app, posted as they are, but that the app does ' +
    'nothing (a program that sleeps): what an app does at its start is its own affair. The floor is ' +
    'the same pods without annotations, init container and volume: without any credential. In the ' +
    'lines with * it keeps the volume, which most pods have one of; in those with ** it has an init ' +
    'container besides, of our image, that ends at once (`node --version`): what Kubernetes itself ' +
    `takes for any init container. In each run ${singles} pods are started one after the other, each ` +
    `when the one before is gone, of which the median counts; then ${many} at once. The time runs from ` +
    'the sending of the first request that creates a pod to the moment when a watch of the API server ' +
    'shows that the (last) app runs. The parts of the way are told by that watch, by containerd’s ' +
    'events (it has started a process; one has ended) and, for “listens”, by the stamp of the line in ' +
    'the init container’s log. Two parts are kubelet’s waiting: it looks every 300 ms whether a pod’s ' +
    'volumes are mounted, and once a second whether a container has ended. The second, half a second ' +
    'on average, is most of “its end → the app’s process”; the rest is the app’s container being made.'
  );
}

function figuresOf(many: number): Figure[] {
  const all = `${many} pods: first request → all apps run`;
  const one = '1 pod: request → app runs';
  const part = { unit: 'ms' } as const;
  const ourPart = { ...part, withoutFloor: true } as const;
  return [
    { id: 'one', label: one, unit: 's', target: { kind: 'absolute', atMost: 1 } },
    { id: 'one-volume', label: `${one} *`, unit: 's' },
    { id: 'one-init', label: `${one} **`, unit: 's' },
    { id: 'all', label: all, unit: 's', target: { kind: 'absolute', atMost: 15 } },
    { id: 'all-init', label: `${all} **`, unit: 's' },
    { id: 'all-p50', label: `${many} pods: request → app runs, p50`, unit: 's' },
    { id: 'toInit', label: '1 pod: request → init container’s process **', ...part },
    { id: 'initToListening', label: '1 pod: that process → it listens', ...ourPart },
    { id: 'initToSeen', label: '1 pod: that process → seen to run', ...ourPart },
    { id: 'seenToEnd', label: '1 pod: seen to run → its end', ...ourPart },
    { id: 'endToApp', label: '1 pod: its end → the app’s process **', ...part },
    { id: 'appToSeen', label: '1 pod: the app’s process → seen to run **', ...part },
    { id: 'lost', label: 'pods not served at once', unit: 'pods', target: { kind: 'zero' } },
  ];
}

async function ours(node: NodeProcess, pods: OnNode): Promise<Values> {
  const one = await oneByOne(node, 'served', pods.singles);
  const all = await node.ask({ kind: 'served', count: pods.many });
  const [single, together] = [seconds(one), all.allRun / 1_000];
  return {
    ...partsOf(one),
    one: single,
    'one-volume': single,
    'one-init': single,
    all: together,
    'all-init': together,
    'all-p50': seconds(all.ways),
    lost: pods.singles + pods.many - one.length - all.ways.length,
  };
}

async function floor(node: NodeProcess, pods: OnNode): Promise<Values> {
  const one = await oneByOne(node, 'plain', pods.singles);
  const withVolume = await oneByOne(node, 'with-volume', pods.singles);
  const withInit = await oneByOne(node, 'with-init', pods.singles);
  const all = await node.ask({ kind: 'plain', count: pods.many });
  const allWithInit = await node.ask({ kind: 'with-init', count: pods.many });
  return {
    ...partsOf(withInit),
    one: seconds(one),
    'one-volume': seconds(withVolume),
    'one-init': seconds(withInit),
    all: all.allRun / 1_000,
    'all-init': allWithInit.allRun / 1_000,
    'all-p50': seconds(all.ways),
    lost: 0,
  };
}

async function oneByOne(node: NodeProcess, kind: PodKind, count: number): Promise<Way[]> {
  const ways: Way[] = [];
  for (let pod = 0; pod < count; pod += 1) {
    ways.push(...(await node.ask({ kind, count: 1 })).ways);
  }
  return ways;
}

const PARTS = [
  'toInit',
  'initToListening',
  'initToSeen',
  'seenToEnd',
  'endToApp',
  'appToSeen',
] as const satisfies readonly (keyof Way)[];

/** The median of each part that is known. */
function partsOf(ways: readonly Way[]): Values {
  const parts = PARTS.map((part) => [part, known(ways, part)] as const);
  const told = parts.filter(([, values]) => values.length > 0);
  return Object.fromEntries(told.map(([part, values]) => [part, median(values)]));
}

function seconds(ways: readonly Way[]): number {
  return median(ways.map(({ total }) => total)) / 1_000;
}

function known(ways: readonly Way[], part: keyof Way): number[] {
  return ways.map((way) => way[part]).filter((value) => value !== undefined);
}
