import { unfitPodIp } from '../base/ip.ts';
import type { KubeClient } from '../kube/api/kube-client.ts';
import type { PodFacts } from '../kube/pod-facts.ts';
import { podScope } from '../kube/pod-scope.ts';
import { parseRoleName } from '../wire/role-name.ts';
import type { DoctorParts } from './examine.ts';
import { examineElection, examineKubernetes, type Kubernetes } from './examine-kubernetes.ts';
import { examineRoles, examineVault } from './examine-vault.ts';
import { about, type Finding } from './finding.ts';
import { judgeElectionForPod } from './kubernetes/election.ts';
import { gatherLastEvent, judgeLastEvent } from './pods/last-event.ts';
import { gatherPod, type PodName } from './pods/one-pod.ts';
import { judgeSeen, judgeSteps, wouldBe } from './pods/pod-steps.ts';
import { gatherPort, judgePort } from './pods/port.ts';

/** Follows one pod through every step to its credential, in their order, and takes none of them. */
export async function examinePod(parts: DoctorParts, name: PodName): Promise<Finding[]> {
  const { settings, clock } = parts;
  const { watch, podSelector } = settings.kubernetes;
  using kubernetes = await examineKubernetes({ ...parts, settings: settings.kubernetes });
  const { findings, clients } = kubernetes;
  if (clients === undefined) {
    return [...findings, about('pod.exists').skipped('the API server cannot be asked')];
  }
  const found = await gatherPod(clients.controller, name, podSelector);
  const seen = [...findings, judgeSeen(found, name)];
  if (found.kind !== 'found') return seen;
  const { pod } = found;
  return [
    ...seen,
    ...judgeSteps(found, podScope(watch), settings, clock.wallClock()),
    ...(isServed(pod) ? [] : await examineWay(parts, clients, pod)),
    await lastEvent(parts, clients.own, pod),
  ];
}

function isServed({ container }: PodFacts): boolean {
  if (container.kind === 'ended') return container.exitCode === 0;
  return container.kind === 'running' && container.sidecarStarted;
}

/** From Vault to the pod's port. Without a token from Vault no controller stands for the lead. */
async function examineWay(
  parts: DoctorParts,
  clients: Kubernetes['clients'],
  pod: PodFacts,
): Promise<Finding[]> {
  const { settings, clock } = parts;
  await using vault = await examineVault(settings.vault, clock);
  const role = parseRoleName(pod.approle ?? '');
  const roles = role === undefined ? [] : [role];
  return [
    ...vault.findings,
    ...(await examineRoles(vault.client, settings.vault.appRoleMount, roles)),
    judgeElectionForPod(await examineElection(clients, settings.kubernetes, clock)),
    await examinePort(parts, pod),
  ];
}

async function examinePort(
  { settings, wish, clock }: DoctorParts,
  pod: PodFacts,
): Promise<Finding> {
  const it = about('pod.port');
  const [ip] = pod.ips;
  if (pod.container.kind !== 'running') return it.skipped('its init container does not run');
  if (ip === undefined || unfitPodIp(ip, settings.allowLoopback) !== undefined) {
    return it.skipped('it has no IP that can be connected to');
  }
  const customer = wouldBe(pod, settings);
  if (typeof customer === 'string') return it.skipped('the controller would not connect to it');
  return judgePort(await gatherPort({ ip, port: customer.port }, clock), wish.inPod);
}

async function lastEvent(
  { clock }: DoctorParts,
  client: KubeClient,
  pod: PodFacts,
): Promise<Finding> {
  return judgeLastEvent(await gatherLastEvent(client, pod), pod, clock.wallClock());
}
