import type { MemberChange } from '../core/surface.ts';
import type { RemoteNode } from '../messages.ts';
import { applyIntent } from './intents.ts';
import { isThere, type Known, type SerfStep, tellChange } from './state.ts';

/** What the layer below says of a member. */
export function hearChange(step: SerfStep, change: MemberChange, remote: RemoteNode): void {
  const known = step.state.members.get(remote.node);
  switch (change) {
    case 'joined':
      return comeAlive(step, known, remote);
    case 'updated':
      return update(step, known, remote);
    default:
      return go(step, known, change);
  }
}

function comeAlive(step: SerfStep, known: Known | undefined, remote: RemoteNode): void {
  const { state, now } = step;
  const { node, endpoint, meta } = remote;
  const back = { endpoint, meta, status: 'alive', since: now, forgetAt: undefined } as const;
  if (known !== undefined) {
    Object.assign(known, back);
    return tellChange(step, 'joined', known);
  }
  const fresh: Known = { ...back, node, status: 'alive', statusTime: 0 };
  applyIntent(step, fresh);
  state.members.set(node, fresh);
  tellChange(step, 'joined', fresh);
}

function update(step: SerfStep, known: Known | undefined, { endpoint, meta }: RemoteNode): void {
  if (known === undefined) return;
  Object.assign(known, { endpoint, meta });
  tellChange(step, 'updated', known);
}

/**
 * Whoever said that it leaves has left, whatever was heard of its end. Serf takes one whose intent
 * was lost for failed, though the layer below heard from itself that it left.
 */
function go(step: SerfStep, known: Known | undefined, change: 'left' | 'failed'): void {
  if (known === undefined || !isThere(known)) return;
  known.status = known.status === 'leaving' ? 'left' : change;
  known.since = step.now;
  tellChange(step, known.status === 'left' ? 'left' : 'failed', known);
}
