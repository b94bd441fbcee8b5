import type { Clock } from '../base/clock.ts';
import type { KubeCredentials } from '../kube/api/credentials.ts';
import { podScope } from '../kube/pod-scope.ts';
import { createPodsApi } from '../kube/pods-api.ts';
import { parseRoleName, type RoleName } from '../wire/role-name.ts';
import { examineElection, examineKubernetes, type Kubernetes } from './examine-kubernetes.ts';
import { examinePki, examineRoles, examineVault } from './examine-vault.ts';
import { about, type Finding } from './finding.ts';
import { gatherPods, judgePods, rolesOfWaiting } from './pods/waiting-pods.ts';
import { examineRaftDir } from './raft-dir.ts';
import type { DoctorSettings, DoctorWish } from './settings.ts';

export interface DoctorParts {
  readonly settings: DoctorSettings;
  readonly wish: DoctorWish;
  readonly credentials: KubeCredentials;
  readonly clock: Clock;
}

/**
 * Looks at all that must be right for pods to get their credentials, and changes nothing: it mints
 * nothing, issues nothing, pushes nothing.
 */
export async function examine(parts: DoctorParts): Promise<Finding[]> {
  const { settings, wish, clock } = parts;
  const [kubernetes, vault] = await Promise.all([
    examineKubernetes({ ...parts, settings: settings.kubernetes }),
    examineVault(settings.vault, clock),
  ]);
  using _kubernetes = kubernetes;
  await using _vault = vault;
  const election = wish.pre
    ? []
    : [await examineElection(kubernetes.clients, settings.kubernetes, clock)];
  const pods = wish.pre ? { findings: [], roles: [] } : await examinePods(parts, kubernetes);
  const named = wish.roles.map(parseRoleName).filter((role) => role !== undefined);
  const roles = [...new Set([...named, ...pods.roles])];
  return [
    ...kubernetes.findings,
    ...election,
    ...(await examineRaftDir(settings.raftDir, wish.inPod)),
    ...vault.findings,
    ...(await examineRoles(vault.client, settings.vault.appRoleMount, roles)),
    ...(await examinePki(vault.client, settings.pki)),
    ...pods.findings,
  ];
}

async function examinePods(
  { settings, clock }: DoctorParts,
  { clients }: Kubernetes,
): Promise<{ readonly findings: Finding[]; readonly roles: RoleName[] }> {
  if (clients === undefined) {
    return { findings: [about('pods').skipped('the API server cannot be asked')], roles: [] };
  }
  const { watch, podSelector } = settings.kubernetes;
  const facts = await gatherPods(createPodsApi(clients.controller, podScope(watch), podSelector));
  const findings = judgePods(facts, settings, clock.wallClock());
  return { findings, roles: rolesOfWaiting(facts, settings) };
}
