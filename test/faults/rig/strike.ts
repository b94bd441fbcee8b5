import { setTimeout as sleep } from 'node:timers/promises';
import { PODS, SERVERS } from '../../support/network/network.ts';
import type { Node } from './node.ts';
import type { Stage } from './stage.ts';
import type { Blow, Fault, Victim } from './storm.ts';

type OnNode = Extract<Fault, { readonly victim: Victim }>;
type OnAll = Exclude<Fault, OnNode>;

/** Takes a fault back. */
type Undo = () => Promise<unknown>;

/**
 * Has a storm break over the controllers; when it resolves, everything that was done has been taken
 * back. A controller, and each thing that all share, has one fault at a time.
 */
export async function strike(stage: Stage, storm: readonly Blow[]): Promise<void> {
  const inForce = new Set<Node | OnAll['kind']>();
  const ends: Promise<unknown>[] = [];
  try {
    for (const { fault, thenMs } of storm) {
      const target = 'victim' in fault ? await victimOf(stage, fault.victim, inForce) : fault.kind;
      if (target !== undefined && !inForce.has(target) && isPossible(fault, inForce)) {
        inForce.add(target);
        stage.harm.note(
          `${typeof target === 'string' ? '' : target.name} ${JSON.stringify(fault)}`,
        );
        const undo = await begin(stage, fault, target);
        const end = sleep(fault.forMs)
          .then(undo)
          .then(() => inForce.delete(target));
        end.catch(() => {});
        ends.push(end);
      }
      await sleep(thenMs);
    }
  } finally {
    await Promise.allSettled(ends);
  }
  await Promise.all(ends);
}

async function victimOf(stage: Stage, victim: Victim, inForce: ReadonlySet<unknown>) {
  const free = stage.nodes.filter((node) => !inForce.has(node));
  const holder = await stage.holderNode().catch(() => undefined);
  if (victim === 'leader') return free.find((node) => node === holder);
  return free.find((node) => node !== holder);
}

/** Some cannot be done while others last. */
function isPossible({ kind }: Fault, inForce: ReadonlySet<unknown>): boolean {
  if (kind === 'lease' || kind === 'no-rights') return !inForce.has('no-api-server');
  if (kind === 'vault-sealed') return !inForce.has('vault-paused');
  if (kind === 'vault-paused') return !inForce.has('vault-sealed');
  return true;
}

function begin(stage: Stage, fault: Fault, target: Node | string): Promise<Undo> {
  if ('victim' in fault) return strikeNode(stage, target as Node, fault);
  return strikeAll(stage, fault);
}

async function strikeNode(stage: Stage, node: Node, fault: OnNode): Promise<Undo> {
  const mend = () => stage.harm.mend(node);
  switch (fault.kind) {
    case 'kill':
      await node.kill();
      return () => node.start();
    case 'stop': {
      const code = await node.stop();
      if (code !== 0) throw new Error(`${node.name} was told to stop, and ended with ${code}`);
      return () => node.start();
    }
    case 'pause':
      node.pause();
      return async () => node.resume();
    case 'unplug':
      await stage.harm.unplug(node);
      return mend;
    case 'resets':
      await stage.harm.forgeResets(node);
      return mend;
    case 'cut':
      await cut(stage, node, fault);
      return mend;
  }
}

async function cut(stage: Stage, node: Node, fault: OnNode & { kind: 'cut' }): Promise<void> {
  const { from, way } = fault;
  if (from !== 'peers') {
    const peer = from === 'pods' ? PODS : SERVERS[from];
    return await stage.harm.cut(node, { way, peer });
  }
  await stage.harm.cutPeers(node, way);
}

async function strikeAll(stage: Stage, fault: OnAll): Promise<Undo> {
  const { plane, vault } = stage.cluster;
  switch (fault.kind) {
    case 'no-api-server':
      await plane.killApiServer();
      return () => plane.startApiServer();
    case 'no-rights':
      return await stage.harm.takeRights();
    case 'vault-sealed':
      await vault.seal();
      return () => vault.unseal();
    case 'vault-paused':
      stage.harm.pauseVault();
      return async () => stage.harm.resumeVault();
    case 'lease':
      await editLease(stage, fault.edit);
      return async () => {};
  }
}

async function editLease({ lease }: Stage, edit: 'deleted' | 'emptied' | 'given away') {
  const holderIdentity = edit === 'emptied' ? '' : 'nobody_1';
  const edited = edit === 'deleted' ? lease.delete() : lease.edit({ spec: { holderIdentity } });
  // There may be none at the moment.
  await edited.catch(() => {});
}
