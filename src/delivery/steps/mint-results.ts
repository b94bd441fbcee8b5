import type { SelfLookup, VaultFailure } from '../input.ts';
import type { Paused } from '../policy/vault-gate.ts';
import type { RoleProblem, VaultProblem } from '../reason.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import { attemptOf, end, release, waitingOn } from './attempts.ts';
import { destroyNow } from './cleanup.ts';
import { startPush } from './dispatch.ts';
import { acceptRole, checkRole, closeRole, reopenRole } from './roles.ts';
import { tell } from './telling.ts';
import { enqueue } from './transitions.ts';
import { type Attempt, report, type World } from './world.ts';

/** Vault has minted: the push starts at once, in the slots that the mint held for it. */
export function onMinted(world: World, id: number, token: WrappingToken): void {
  const attempt = attemptOf(world, id);
  release(world, attempt, 'minting');
  const { pod, role } = attempt;
  vaultAnswered(world, pod.namespace);
  acceptRole(world, role);
  attempt.order.times.minted = world.now;
  report(world, { kind: 'minted', pod, role, accessor: token.accessor });
  const delivery = waitingOn(world, attempt);
  if (delivery !== undefined && world.acting) {
    return startPush(world, delivery, attempt, token);
  }
  end(world, attempt);
  destroyNow(world, token);
  if (delivery !== undefined) enqueue(world, delivery, attempt.order, undefined);
}

export function onMintFailed(world: World, id: number, failure: VaultFailure): void {
  const attempt = attemptOf(world, id);
  const { pod, role } = attempt;
  const accepted = world.roles.wasProven(role) ? role : undefined;
  report(world, { kind: 'mint-failed', pod, role: accepted, words: failure.words });
  world.mints.takeBack(pod.uid);
  end(world, attempt);
  if (failure.retryable) onVaultFailed(world, attempt, failure);
  else onRefused(world, attempt, failure);
  const delivery = waitingOn(world, attempt);
  if (delivery !== undefined) enqueue(world, delivery, attempt.order, undefined);
}

function onVaultFailed(world: World, { id, role, pod }: Attempt, failure: VaultFailure): void {
  const state = world.roles.stateOf(role);
  if (state.kind === 'trying' && state.attempt === id) reopenRole(world, role);
  const problem = {
    kind: 'vault-unavailable',
    problem: failure.kind,
    words: failure.words,
  } as const;
  const { namespace } = pod;
  const paused = world.vault.failed({ id, namespace }, problem, world.now, world.random);
  if (paused !== undefined) onPaused(world, paused, problem);
}

function onRefused(world: World, { role, pod }: Attempt, failure: VaultFailure): void {
  // Only the look at the own token tells whether this 403 is of the role, or Vault is lost to us.
  if (failure.kind === 'denied') {
    answeredFor(world, pod.namespace);
    return checkRole(world, role, failure.words);
  }
  vaultAnswered(world, pod.namespace);
  const kind = failure.kind === 'missing' ? 'role-missing' : 'role-rejected';
  closeRole(world, role, { kind, role, words: failure.words });
}

/** The look at the controller's own token decides whose fault the 403s were. */
export function onSelfLookedUp(world: World, answer: SelfLookup): void {
  world.selfLookUp = 'none';
  if (answer.kind === 'valid') vaultServes(world);
  for (const { role, words } of world.roles.checking()) {
    const problem: RoleProblem = { kind: 'role-denied', role, words };
    if (answer.kind === 'valid') closeRole(world, role, problem);
    else reopenRole(world, role);
  }
  if (answer.kind === 'invalid') {
    const { words } = answer;
    pauseAll(world, { kind: 'vault-unavailable', problem: 'token-invalid', words });
  }
  if (answer.kind === 'unknown') {
    const { kind: problem, words } = answer.failure;
    pauseAll(world, { kind: 'vault-unavailable', problem, words });
  }
}

function vaultAnswered(world: World, namespace: string): void {
  answeredFor(world, namespace);
  vaultServes(world);
}

function answeredFor(world: World, namespace: string): void {
  if (world.vault.answeredFor(namespace)) report(world, { kind: 'vault-resumed', namespace });
}

function vaultServes(world: World): void {
  if (world.vault.answered()) report(world, { kind: 'vault-resumed', namespace: undefined });
}

function pauseAll(world: World, problem: VaultProblem): void {
  onPaused(world, world.vault.pauseAll(problem, world.now, world.random), problem);
}

function onPaused(world: World, { namespace, until, isNew }: Paused, problem: VaultProblem): void {
  if (isNew) {
    report(world, { kind: 'vault-paused', namespace, problem, retryInMs: until - world.now });
  }
  for (const delivery of world.deliveries.values()) {
    const { facts, state } = delivery;
    if (namespace !== undefined && facts.namespace !== namespace) continue;
    if (state.kind === 'queued' && state.token === undefined) tell(world, delivery, problem);
  }
}
