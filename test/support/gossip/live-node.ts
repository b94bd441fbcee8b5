import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { hostPort } from '../../../src/base/ip.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { Endpoint } from '../../../src/gossip/messages.ts';
import { type GossipNode, startGossipNode } from '../../../src/gossip/node/gossip-node.ts';
import type { GossipNodeParts } from '../../../src/gossip/node/parts.ts';
import type { DropReason, NodeReport } from '../../../src/gossip/node/report.ts';
import type { SerfChange, SerfMember } from '../../../src/gossip/serf/surface.ts';
import { decodeTags, encodeTags } from '../../../src/gossip/wire/tags.ts';
import { freePort } from '../real/process/free-port.ts';

export const LOOPBACK = '127.0.0.1';

/** A member of ours on loopback, and what it said. */
export interface LiveNode {
  readonly node: GossipNode;
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly reports: readonly NodeReport[];
  /** What it said of members, as `change name`, in that order. */
  readonly changes: readonly string[];
  /** The member of that name as this one knows it. */
  member(name: string): SerfMember | undefined;
  status(name: string): SerfMember['status'] | undefined;
  tags(name: string): Record<string, string> | undefined;
  /** Why it dropped what it dropped, in that order. */
  dropped(): DropReason[];
}

/** Starts a member on a free port; it ends with the test. */
export async function aLiveNode(
  t: TestContext,
  overrides: Partial<GossipNodeParts> = {},
): Promise<LiveNode> {
  const { endpoint = { host: LOOPBACK, port: await freePort() } } = overrides;
  const { host: address, port } = endpoint;
  const name = hostPort(address, port);
  const reports: NodeReport[] = [];
  const changes: string[] = [];
  const node = await startGossipNode({
    node: name,
    endpoint,
    bind: { port, address, portKey: 'cluster.gossipPort' },
    meta: tagged({ role: 'controller' }),
    label: '',
    keyring: () => undefined,
    clock: systemClock,
    random: systemRandom,
    randomBytes,
    member: (change: SerfChange, member) => changes.push(`${change} ${member.node}`),
    report: (report) => reports.push(report),
    ...overrides,
  });
  t.after(() => node[Symbol.dispose]());
  const member = (wanted: string) => node.members().find((one) => one.node === wanted);
  return {
    node,
    name,
    endpoint,
    reports,
    changes,
    member,
    status: (wanted) => member(wanted)?.status,
    tags: (wanted) => tagsOf(member(wanted)),
    dropped: () => reports.flatMap((one) => (one.kind === 'dropped' ? [one.reason] : [])),
  };
}

export function tagged(tags: Readonly<Record<string, string>>): Uint8Array {
  return encodeTags(new Map(Object.entries(tags)));
}

export function aGossipKey(byte: number): KeyObject {
  return createSecretKey(Buffer.alloc(32, byte));
}

function tagsOf(member: SerfMember | undefined): Record<string, string> | undefined {
  return member && Object.fromEntries(decodeTags(member.meta));
}
