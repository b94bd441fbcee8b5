import type { RoleName } from '../../wire/role-name.ts';
import type { RoleProblem } from '../reason.ts';
import { tell } from './telling.ts';
import { report, type World } from './world.ts';

/** Vault has minted for the role: all its pods may have their turn. */
export function acceptRole(world: World, role: RoleName): void {
  if (world.roles.isProven(role)) return;
  const { proven, unproven } = world.queues;
  for (const ticket of unproven.drain(role)) proven.add(ticket);
  unproven.unpark(role);
  world.roles.prove(role);
  report(world, { kind: 'role-accepted', role });
}

/** Vault refuses the role: only its own pods wait, and each is told why (S14). */
export function closeRole(world: World, role: RoleName, problem: RoleProblem): void {
  if (world.roles.stateOf(role).kind === 'closed') return;
  park(world, role);
  const until = world.roles.close(role, problem, world.now, world.random);
  world.alarms.set({ kind: 'role', role, at: until });
  report(world, { kind: 'role-problem', problem, retryInMs: until - world.now });
  for (const uid of world.queues.unproven.waitingFor(role)) {
    const delivery = world.deliveries.get(uid);
    if (delivery !== undefined) tell(world, delivery, problem);
  }
}

/** Vault said 403 for the role: its pods wait until it is known whether the controller's own token is dead. */
export function checkRole(world: World, role: RoleName, words: string): void {
  const { kind } = world.roles.stateOf(role);
  if (kind === 'closed' || kind === 'checking') return;
  park(world, role);
  world.roles.check(role, words);
  if (world.selfLookUp === 'under way') return;
  world.selfLookUp = 'under way';
  world.actions.push({ kind: 'look-up-self' });
}

/** The role may be tried again, by one of its pods. */
export function reopenRole(world: World, role: RoleName): void {
  world.roles.reopen(role, !world.queues.unproven.has(role));
  world.queues.unproven.unpark(role);
}

/** Forgets what Vault said of a role that no pod asks for any more. */
export function forgetRole(world: World, role: RoleName): void {
  if (world.roles.stateOf(role).kind !== 'unproven' || world.queues.unproven.has(role)) return;
  world.roles.reopen(role, true);
}

function park(world: World, role: RoleName): void {
  const { proven, unproven } = world.queues;
  unproven.park(role);
  for (const ticket of proven.drain(role)) unproven.add(ticket);
}
