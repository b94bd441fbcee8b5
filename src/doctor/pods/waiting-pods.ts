import { formatDuration } from '../../base/duration.ts';
import {
  type Customer,
  isExpected,
  type JudgementOptions,
  judge,
} from '../../delivery/policy/customer.ts';
import { explainObstacle } from '../../delivery/reporters/explain.ts';
import { isKubeError, type KubeError } from '../../kube/api/kube-error.ts';
import type { PodFacts } from '../../kube/pod-facts.ts';
import type { PodsApi } from '../../kube/reflector/runner.ts';
import { parseRoleName, type RoleName } from '../../wire/role-name.ts';
import { about, type Finding } from '../finding.ts';

/** The pods that have not ended, in the namespaces that are watched. */
export type PodsFacts =
  | { readonly kind: 'listed'; readonly pods: readonly PodFacts[]; readonly total: number }
  | { readonly kind: 'not-listed'; readonly error: KubeError };

const PAGE = 500;
const NOT_ENDED = 'status.phase!=Succeeded,status.phase!=Failed';
/** More of them have the same reason, most of the time, and nobody reads on. */
const MOST_TOLD = 50;
/** A delivery takes a fraction of it. */
const LATE_MS = 30_000;

/** Lists them page by page, and keeps those that ask for a credential. */
export async function gatherPods(api: PodsApi): Promise<PodsFacts> {
  const { signal } = new AbortController();
  const pods: PodFacts[] = [];
  let total = 0;
  try {
    let continueToken: string | undefined;
    do {
      const place = continueToken === undefined ? {} : { continueToken };
      const page = await api.list({ fieldSelector: NOT_ENDED, limit: PAGE, ...place }, signal);
      pods.push(...page.facts.filter(asksForSomething));
      total += page.facts.length;
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
    return { kind: 'listed', pods, total };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    return { kind: 'not-listed', error };
  }
}

function asksForSomething({ approle, initContainer }: PodFacts): boolean {
  return approle !== undefined || initContainer !== undefined;
}

/** The AppRoles of the pods that have no credential yet. */
export function rolesOfWaiting(facts: PodsFacts, options: JudgementOptions): RoleName[] {
  if (facts.kind === 'not-listed') return [];
  const waiting = facts.pods.filter((pod) => judge(pod, options).kind !== 'nothing');
  const roles = waiting.map(({ approle }) => parseRoleName(approle ?? ''));
  return [...new Set(roles)].filter((role) => role !== undefined).toSorted();
}

/** Says of each pod that waits why, by the controller's own rules. `now` is the wall clock's time. */
export function judgePods(facts: PodsFacts, options: JudgementOptions, now: number): Finding[] {
  const it = about('pods');
  if (facts.kind === 'not-listed') {
    const remedy = 'look at what was found of the API server and of the rights';
    return [it.failed(`they cannot be listed: ${facts.error.message}`, remedy)];
  }
  const waiting = facts.pods.flatMap((pod) => judgePod(pod, options, now) ?? []);
  const { total, pods } = facts;
  const summary = `${total} in the watched namespaces, ${pods.length} with our annotations`;
  if (waiting.length === 0) return [it.ok(`${summary}; none waits`)];
  const told = waiting.slice(0, MOST_TOLD);
  const more = waiting.length - told.length;
  const rest = more === 0 ? [] : [it.skipped(`${more} more wait, and are not told here`)];
  return [it.ok(`${summary}; ${waiting.length} wait`), ...told, ...rest];
}

/** Undefined for one that waits for nothing. */
function judgePod(pod: PodFacts, options: JudgementOptions, now: number): Finding | undefined {
  const judgement = judge(pod, options);
  const it = about('pods.waiting', `${pod.namespace}/${pod.name}`);
  if (judgement.kind === 'nothing') return undefined;
  if (judgement.kind === 'customer') return judgeCustomer(pod, judgement.customer, now);
  const { message, remedy } = explainObstacle(judgement.by, judgement.detail);
  return isExpected(judgement.by) ? it.warning(message, remedy) : it.failed(message, remedy);
}

function judgeCustomer(pod: PodFacts, { role, startedAt }: Customer, now: number): Finding {
  const name = `${pod.namespace}/${pod.name}`;
  const it = about('pods.waiting', name);
  const remedy = `look closer: kubernetes-vault doctor pod ${name}`;
  const waits = `it waits for a credential of role "${role}"`;
  if (startedAt === undefined) return it.warning(waits, remedy);
  const reason = `${waits} since ${formatDuration(Math.max(0, now - startedAt))}`;
  return now - startedAt > LATE_MS ? it.failed(reason, remedy) : it.warning(reason, remedy);
}
