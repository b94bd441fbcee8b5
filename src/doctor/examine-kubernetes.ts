import type { Clock } from '../base/clock.ts';
import type { KubeCredentials } from '../kube/api/credentials.ts';
import { impersonating } from '../kube/api/impersonating.ts';
import { createKubeClient, type KubeClient } from '../kube/api/kube-client.ts';
import { about, type Finding, hasFailed } from './finding.ts';
import { gatherApiServer, judgeApiServer } from './kubernetes/api-server.ts';
import { gatherElection, judgeElection } from './kubernetes/election.ts';
import { gatherIdentity, judgeIdentity } from './kubernetes/identity.ts';
import {
  judgeRight,
  type OwnService,
  reviewRight,
  rightsOfController,
  rightsOfInstaller,
} from './kubernetes/rights.ts';
import type { DoctorSettings, DoctorWish } from './settings.ts';

/** What was found of the API server, and how to go on asking it. */
export interface Kubernetes extends Disposable {
  readonly findings: readonly Finding[];
  /** Undefined where it cannot be asked for more. */
  readonly clients: KubeClients | undefined;
}

interface KubeClients {
  /** Speaks as the controller does, where that was wanted. */
  readonly controller: KubeClient;
  /** Speaks as whoever runs this. */
  readonly own: KubeClient;
}

export interface KubernetesParts {
  readonly credentials: KubeCredentials;
  readonly settings: DoctorSettings['kubernetes'];
  readonly wish: DoctorWish;
  readonly clock: Clock;
}

/** Whether the API server is there and well, whom it takes us for, and what that one may do. */
export async function examineKubernetes(parts: KubernetesParts): Promise<Kubernetes> {
  const { credentials, wish, clock } = parts;
  const as = wish.pre ? undefined : wish.as;
  using open = new DisposableStack();
  const own = open.adopt(createKubeClient(credentials, clock), (client) => client.close());
  const speaking = as === undefined ? credentials : impersonating(credentials, as);
  const controller = open.adopt(createKubeClient(speaking, clock), (client) => client.close());
  const server = judgeApiServer(await gatherApiServer(credentials, clock), clock.wallClock());
  const rest = isUsable(server) ? await examineSpeaker(parts, as, controller) : [];
  const findings = [...server, ...rest];
  const kept = open.move();
  return {
    findings,
    clients: isUsable(findings) ? { controller, own } : undefined,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

async function examineSpeaker(
  { settings, wish }: KubernetesParts,
  as: string | undefined,
  client: KubeClient,
): Promise<Finding[]> {
  const identity = await gatherIdentity(client);
  // Before the install there is no service account that anybody could speak for.
  const isAnother = !wish.pre && as === undefined && !wish.inPod;
  const found = judgeIdentity(identity, { as, isAnother });
  if (hasFailed([found])) return [found];
  const rights = wish.pre
    ? rightsOfInstaller(settings.serviceNamespace)
    : rightsOfController(settings.watch, settings);
  const reviews = rights.map(async (right) => judgeRight(right, await reviewRight(client, right)));
  return [found, ...(await Promise.all(reviews))];
}

/** Which controller acts. */
export async function examineElection(
  clients: KubeClients | undefined,
  own: OwnService,
  clock: Clock,
): Promise<Finding> {
  if (clients === undefined) {
    return about('kubernetes.election').skipped('the API server cannot be asked');
  }
  const facts = await gatherElection(clients.controller, own, clock);
  return judgeElection(facts, own, clock.wallClock());
}

/** A wrong clock or a missing right does not keep us from asking on. */
function isUsable(findings: readonly Finding[]): boolean {
  const others = ['kubernetes.clock', 'kubernetes.rights'];
  return !hasFailed(findings.filter(({ check }) => !others.includes(check)));
}
