import type { Random } from '../../../src/base/random.ts';
import { DeliveryCore } from '../../../src/delivery/core.ts';
import {
  type CredentialSource,
  vaultCredentialSource,
} from '../../../src/delivery/credential-source.ts';
import type { Pusher } from '../../../src/delivery/pusher.ts';
import type { Report } from '../../../src/delivery/report.ts';
import { DeliveryRunner } from '../../../src/delivery/runner.ts';
import { DEFAULT_LIMITS } from '../../../src/delivery/steps/world.ts';
import type { Election } from '../../../src/election/election.ts';
import { DEFAULT_TIMES, type LeaseReport } from '../../../src/election/lease/messages.ts';
import { startLeaseElection } from '../../../src/election/lease/runner.ts';
import { watchPeer } from '../../../src/election/peer/watch-peer.ts';
import type { KubeClient } from '../../../src/kube/api/kube-client.ts';
import { createLeasesApi } from '../../../src/kube/leases/leases-api.ts';
import type { PodEvent } from '../../../src/kube/pod-event.ts';
import { podScope } from '../../../src/kube/pod-scope.ts';
import { createPodsApi } from '../../../src/kube/pods-api.ts';
import { DEFAULT_REFLECTOR_SETTINGS } from '../../../src/kube/reflector/messages.ts';
import { startReflector } from '../../../src/kube/reflector/runner.ts';
import { CONTROLLERS_TOKEN, type SimVault } from '../controller/sim-vault.ts';
import type { SimProcess } from '../sim-process.ts';
import type { SimPeers } from './sim-peers.ts';

export const LEASE = { namespace: 'vault', name: 'kubernetes-vault' } as const;
const PEER_PORT = 45_680;
const HAND_OVER_MS = 5_000;
const EVERYWHERE = podScope({ kind: 'matching', regex: /^[abc]$/ });

export interface MemberParts {
  readonly identity: string;
  /** Its address among the controllers. */
  readonly host: string;
  readonly process: SimProcess;
  readonly random: Random;
  readonly kube: KubeClient;
  readonly vault: SimVault;
  readonly peers: SimPeers;
  readonly pusher: Pusher;
  readonly onMint: (pod: string) => void;
  readonly onPodEvent: (event: PodEvent) => void;
  readonly report: (report: Report) => void;
  readonly reportLease: (report: LeaseReport) => void;
}

/** What runs in the process of one controller of several. */
export interface MemberProgram {
  readonly election: Election;
  /** As on SIGTERM; resolves when the process would exit. */
  stop(): Promise<void>;
}

/** Puts a whole controller together, as src/bin/assembly/controller.ts does. */
export function runMember(parts: MemberParts): MemberProgram {
  const { process, random, kube, peers, host, identity } = parts;
  const { clock } = process;
  peers.listen(host, process, identity);
  const vault = credentialSource(parts);
  const delivery = new DeliveryRunner({
    core: new DeliveryCore({
      authorization: undefined,
      allowLoopback: false,
      limits: DEFAULT_LIMITS,
    }),
    vault,
    pusher: parts.pusher,
    reporter: { report: parts.report },
    clock,
    random,
  });
  const transport = peers.transport(host, process);
  const election = startLeaseElection({
    api: createLeasesApi(kube, LEASE, clock, random),
    watchPeer: (holder, gone) => watchPeer(holder, gone, { transport, clock, random }),
    onTerm: (term) => delivery.act(term),
    report: parts.reportLease,
    settings: { ...DEFAULT_TIMES, identity, peer: `${host}:${PEER_PORT}` },
    clock,
    random,
  });
  const seen = Promise.withResolvers<void>();
  const reflector = startReflector({
    api: createPodsApi(kube, EVERYWHERE, undefined),
    settings: { ...DEFAULT_REFLECTOR_SETTINGS, pageLimit: 50 },
    clock,
    random,
    sink(event) {
      parts.onPodEvent(event);
      delivery.take({ kind: 'pods', event });
      if (event.kind === 'pending-listed') seen.resolve();
    },
    report: () => {},
  });
  void Promise.all([seen.promise, ready(vault, process)]).then(() => election.stand());
  return {
    election,
    async stop() {
      await Promise.all([delivery.stop(HAND_OVER_MS), election.handOver()]);
      election.stop();
      reflector.stop();
    },
  };
}

function credentialSource({ vault, process, onMint }: MemberParts): CredentialSource {
  const source = vaultCredentialSource(
    vault.client(CONTROLLERS_TOKEN, process),
    { appRoleMount: 'approle', wrappingTtlSeconds: 60, metadata: [], bindToPodIp: 'off' },
    process.clock,
  );
  return {
    ...source,
    mint(role, pod) {
      onMint(pod.name);
      return source.mint(role, pod);
    },
  };
}

/** The token of Vault is known to be good. */
async function ready(vault: CredentialSource, { clock }: SimProcess): Promise<void> {
  while ((await vault.lookUpSelf()).kind !== 'valid') {
    await new Promise<void>((resolve) => void clock.callAt(clock.now() + 500, resolve));
  }
}
