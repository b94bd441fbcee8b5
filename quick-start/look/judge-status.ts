import { APPS, CONTROLLERS, VAULT } from '../plan/names.ts';
import type { Problem } from '../run/step.ts';
import type { State } from './status.ts';
import { judgeRollout, type Pod, type Workload } from './workload.ts';

/** One line of the status, and what to do where it is not well. */
export interface Finding {
  readonly isWell: boolean;
  readonly what: string;
  readonly remedies: readonly string[];
}

const UP_AGAIN = 'run `up` again: it sets up what is missing';
const DOCTOR =
  'have it examined: kubectl exec -n kubernetes-vault deploy/kubernetes-vault -- kubernetes-vault doctor';

/** What is well, and what is not. @param now milliseconds since the Unix epoch */
export function judgeState(state: State, now: number): readonly Finding[] {
  if (state.kind === undefined) {
    return [
      { isWell: false, what: 'the quick start is not installed here', remedies: ['run `up`'] },
    ];
  }
  return [
    ofWorkload('Vault', state.vault, VAULT, []),
    contentOfVault(state),
    ofWorkload('controllers', state.controllers, CONTROLLERS, [DOCTOR]),
    ofLeader(state, now),
    ofWorkload('sample app', state.apps, APPS, [DOCTOR]),
    ...state.apps.pods.map((pod) => ofPod(pod, state)),
  ];
}

/** Whether everything is well. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.isWell);
}

/** A line each, and more where something is to be done. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ isWell, what, remedies }) => [
    `${isWell ? '✓' : '✗'} ${what}`,
    ...remedies.map((remedy) => `    → ${remedy}`),
  ]);
}

function well(what: string): Finding {
  return { isWell: true, what, remedies: [] };
}

function ofWorkload(
  name: string,
  workload: Workload,
  namespace: string,
  more: readonly string[],
): Finding {
  const verdict = judgeRollout(workload, namespace);
  if (verdict.kind === 'ready') return well(`${name}: ${verdict.note}`);
  const problem: Problem =
    verdict.kind === 'waiting' ? { what: verdict.for, remedies: [UP_AGAIN] } : verdict.problem;
  const remedies = [...problem.remedies, ...more];
  return { isWell: false, what: `${name}: ${problem.what}`, remedies };
}

function contentOfVault({ inVault }: State): Finding {
  if (inVault === undefined) {
    const look = `its log: kubectl logs -n ${VAULT} deploy/vault`;
    return { isWell: false, what: 'Vault does not answer', remedies: [look, UP_AGAIN] };
  }
  if (inVault.hasRole) return well('Vault has the AppRole sample-app');
  const what = 'Vault is empty: in development mode it forgets everything when it restarts';
  return { isWell: false, what, remedies: [UP_AGAIN] };
}

function ofLeader({ leader }: State, now: number): Finding {
  if (leader === undefined) {
    return {
      isWell: false,
      what: 'no controller acts: nobody holds the Lease',
      remedies: [DOCTOR],
    };
  }
  // Clocks differ; a minute over is no longer a matter of clocks.
  if (now - leader.until < 60_000) return well(`${leader.name} acts: it holds the Lease`);
  const what = `no controller acts: ${leader.name} has held the Lease, and does not renew it`;
  return { isWell: false, what, remedies: [DOCTOR] };
}

function ofPod({ metadata, status }: Pod, { accessors, events, inVault }: State): Finding {
  const { name } = metadata;
  const event = events.get(name);
  const said = event ? ` · ${event.reason}: ${event.message}` : '';
  const accessor = accessors.get(name);
  if (accessor === undefined) {
    const what = `${name}: ${status.phase}, has no token${said}`;
    const look = `kubectl describe pod -n ${APPS} ${name}`;
    return { isWell: false, what, remedies: [look, `${DOCTOR} pod ${APPS}/${name}`] };
  }
  if (inVault === undefined || inVault.accessors.has(accessor)) {
    return well(`${name}: has the token with accessor ${accessor}${said}`);
  }
  const what = `${name}: Vault does not know its token any more`;
  return { isWell: false, what, remedies: [UP_AGAIN] };
}
