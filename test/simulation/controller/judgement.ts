import assert from 'node:assert/strict';
import type { SimCluster } from './sim-cluster.ts';
import type { Sending } from './sim-network.ts';

const PROOF_MS = 30_000;

/** Every pod has a credential that its own exchange made. */
export function assertAllServed(cluster: SimCluster): void {
  assert.deepEqual(cluster.unserved(), []);
  for (const { name, container } of cluster.nodes.pods) {
    const { clientToken } = JSON.parse(container?.credential ?? '{}') as Record<string, unknown>;
    assert.ok(typeof clientToken === 'string' && clientToken.length > 0, `${name} has no token`);
  }
}

/**
 * No controller pushes to a pod again that has told it that it took its push, unless the proof is
 * missing or the controller has come to know of another start meanwhile.
 */
export function assertNoneTwice({ sendings, startsSeen }: SimCluster): void {
  const tokens = new Set(sendings.map(({ token }) => token.secret.reveal()));
  assert.equal(tokens.size, sendings.length, 'S11 no token is pushed twice');
  const last = new Map<string, Sending>();
  for (const sending of sendings) {
    const { pod, sender, at } = sending;
    const key = `${pod?.name} of ${sender}`;
    const before = last.get(key);
    last.set(key, sending);
    if (before?.heardAt === undefined || !isTaken(before) || before.heardAt > at) continue;
    const isNews = startsSeen.some(
      (seen) =>
        seen.sender === sender && seen.pod === pod?.name && seen.at >= before.at && seen.at <= at,
    );
    const isOverdue = at - before.heardAt >= PROOF_MS;
    assert.ok(isNews || isOverdue, `S12 ${pod?.name} took its push and got another`);
  }
}

function isTaken({ heard }: Sending): boolean {
  return heard?.kind === 'answered' && (heard.result === 'exchanged' || heard.result === 'done');
}

/** Of the secret_ids that a living controller knows, those that no pod can be using are destroyed. */
export function assertNoneLeft(cluster: SimCluster, isAlive = (_sender: number) => true): void {
  const known = new Set<string | undefined>();
  for (const { sender, report } of cluster.reports) {
    if (report.kind === 'minted' && isAlive(sender)) known.add(report.accessor);
  }
  for (const { report } of cluster.reports) {
    if (report.kind === 'clean-up-failed') known.delete(report.accessor);
  }
  for (const sending of cluster.sendings) {
    if (mayBeInUse(sending)) known.delete(sending.token.accessor);
  }
  const left = cluster.vault.accessors().filter((accessor) => known.has(accessor));
  assert.deepEqual(left, [], 'S11 secret_ids that nobody uses are left');
}

/** As the controller can know it: a push without an answer may have been the one that a later good end is owed to. */
function mayBeInUse({ pod, start, heard, answered }: Sending): boolean {
  if (answered === 'exchanged') return true;
  return heard === undefined && [...(pod?.goodStarts ?? [])].some((good) => good >= start);
}

/** What a pod uses is not destroyed. (An earlier start's credential was replaced by the later one's.) */
export function assertNoneMissing(cluster: SimCluster): void {
  const accessors = new Set(cluster.vault.accessors());
  for (const { pod, start, answered, token } of cluster.sendings) {
    if (answered !== 'exchanged' || !pod?.isServed || pod.isDeleted) continue;
    if (pod.starts !== start) continue;
    assert.ok(accessors.has(token.accessor ?? ''), `S11 ${pod.name} lost its secret_id`);
  }
}
