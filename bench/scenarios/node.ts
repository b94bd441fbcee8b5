import { servers } from '../../tools/servers/table.ts';
import { type NodeProcess, requireNode, startOnNode } from '../node/on-node.ts';
import type { PodKind } from '../node/pod-kinds.ts';
import type { WaveResult } from '../node/wave.ts';
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
    runSeconds: Math.round(8 + singles * 8 + many * 0.8),
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
  return (
    'The end-to-end tests’ cluster of one node (etcd, kube-apiserver, controller-manager, scheduler, ' +
    `kubelet, kube-proxy, CoreDNS; Kubernetes ${servers.kubelet.version}, containerd ` +
    `${servers.containerd.version} with runc), all on this machine’s cores, with Vault and three ` +
    'controllers as the quick start installs them. The pods are those of its sample app, posted one by ' +
    'one; but their app does nothing (a program that sleeps), since what an app does at its start is ' +
    'its own affair. The floor is the same pods without annotations, init container and volume, so ' +
    'without any credential; in the lines with *, it is these pods with an init container that ends at ' +
    'once (`node --version` in our image), which is what any init container costs there. In each run ' +
    `${singles} pods are started one after the other, each when the one before is gone, of which the ` +
    `median counts; then ${many} at once. The time runs from the sending of the request that creates ` +
    'the (first) pod to the moment when a watch of the API server shows that the (last) app runs. The ' +
    'parts of the way are told by that watch, by containerd’s events (when it had started a process; ' +
    'when one ended) and, for “listens”, by the stamp of the init container’s log line. kubelet looks ' +
    'at once after it has started a container, but notices the end of one only when it looks at all ' +
    'containers, once a second: “its end → the app’s process” is that, and no part of it is ours.'
  );
}

function figuresOf(many: number): Figure[] {
  const s = { unit: 's' } as const;
  const ms = { unit: 'ms' } as const;
  const all = `${many} pods`;
  return [
    {
      id: 'one',
      label: '1 pod: request → app runs',
      ...s,
      target: { kind: 'absolute', atMost: 1 },
    },
    { id: 'one-init', label: '1 pod: request → app runs*', ...s },
    {
      id: 'all',
      label: `${all}: first request → all apps run`,
      ...s,
      target: { kind: 'absolute', atMost: 15 },
    },
    { id: 'all-init', label: `${all}: first request → all apps run*`, ...s },
    { id: 'all-p50', label: `${all}: request → app runs, p50`, ...s },
    { id: 'toInit', label: '1 pod: request → init container’s process*', ...ms },
    { id: 'initToListening', label: '1 pod: that process → it listens', ...ms, withoutFloor: true },
    { id: 'initToSeen', label: '1 pod: that process → seen to run', ...ms, withoutFloor: true },
    { id: 'seenToEnd', label: '1 pod: seen to run → its end', ...ms, withoutFloor: true },
    { id: 'endToApp', label: '1 pod: its end → the app’s process*', ...ms },
    { id: 'appToSeen', label: '1 pod: the app’s process → seen to run*', ...ms },
    {
      id: 'lost',
      label: 'pods without a credential, or a second try',
      unit: 'pods',
      target: { kind: 'zero' },
    },
  ];
}

async function ours(node: NodeProcess, pods: OnNode): Promise<Values> {
  const one = await oneByOne(node, 'served', pods.singles);
  const all = await node.ask({ kind: 'served', count: pods.many });
  return {
    ...partsOf(one),
    one: seconds(one, 'total'),
    'one-init': seconds(one, 'total'),
    ...together(all),
    'all-init': all.allRun / 1_000,
    lost: pods.singles + pods.many - one.length - all.ways.length,
  };
}

async function floor(node: NodeProcess, pods: OnNode): Promise<Values> {
  const one = await oneByOne(node, 'plain', pods.singles);
  const oneInit = await oneByOne(node, 'init-only', pods.singles);
  const all = await node.ask({ kind: 'plain', count: pods.many });
  const allInit = await node.ask({ kind: 'init-only', count: pods.many });
  return {
    ...partsOf(oneInit),
    one: seconds(one, 'total'),
    'one-init': seconds(oneInit, 'total'),
    ...together(all),
    'all-init': allInit.allRun / 1_000,
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

function together({ ways, allRun }: WaveResult): Values {
  return { all: allRun / 1_000, 'all-p50': seconds(ways, 'total') };
}

function seconds(ways: readonly Way[], part: keyof Way): number {
  return median(known(ways, part)) / 1_000;
}

function known(ways: readonly Way[], part: keyof Way): number[] {
  return ways.map((way) => way[part]).filter((value) => value !== undefined);
}
