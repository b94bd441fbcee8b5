import type { LeaseReport } from '../../../src/election/lease/messages.ts';
import type { KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { KINDS } from '../../../src/sim/api-server/kinds.ts';
import { type FaultPlan, faultPlan, withFaults } from '../../../src/sim/faults.ts';
import { SimCluster } from '../controller/sim-cluster.ts';
import { simPusher } from '../controller/sim-network.ts';
import { anyClockError, type SimProcess, startProcess } from '../sim-process.ts';
import { leaseHistory } from './lease-history.ts';
import { simKubeClient } from './sim-kube-client.ts';
import { type SimLink, simLink } from './sim-link.ts';
import { LEASE, type MemberProgram, runMember } from './sim-member.ts';
import { simPeers } from './sim-peers.ts';

/** One controller of several. */
export interface Member {
  readonly identity: string;
  /** By what its pushes and reports are told from others'. */
  readonly sender: number;
  readonly host: string;
  readonly process: SimProcess;
  /** To the API server. */
  readonly link: SimLink;
  /** Of the API server's answers to it. */
  readonly faults: FaultPlan;
  readonly program: MemberProgram;
  /** It was told to stop. */
  readonly isLeaving: boolean;
}

/** What a controller does that another must not do at the same time. */
export interface Act {
  readonly identity: string;
  readonly at: number;
  readonly kind: 'mint' | 'connect' | 'push';
  readonly pod: string;
}

const WATCH_ENDS = ['closed', 'broken', 'expired'] as const;

/** A cluster with several controllers, of which one is to act. */
export class Fleet {
  readonly cluster: SimCluster;
  readonly all: (Member & { isLeaving: boolean })[] = [];
  readonly acts: Act[] = [];
  readonly asked: {
    readonly identity: string;
    readonly at: number;
    readonly request: KubeRequest;
  }[] = [];
  readonly reports: {
    readonly identity: string;
    readonly at: number;
    readonly report: LeaseReport;
  }[] = [];
  readonly peers;
  readonly register;

  constructor(seed: number) {
    this.cluster = new SimCluster(seed);
    const { clock, random, api } = this.cluster;
    this.peers = simPeers(clock, random);
    this.register = leaseHistory(api, () => clock.now());
    api.create(KINDS.namespaces, '', { metadata: { name: LEASE.namespace } });
  }

  alive(): Member[] {
    return this.all.filter(({ process }) => process.state !== 'dead');
  }

  /** Those that take the lead if nobody else has it. */
  candidates(): Member[] {
    return this.alive().filter(({ isLeaving }) => !isLeaving);
  }

  /** The one whose terms begin and end, as far as it knows itself. */
  leader(): Member | undefined {
    return this.alive().find(({ program }) => program.election.leader()?.isUs === true);
  }

  /** One more controller; in the place of another, or at an address of its own. */
  start(host?: string): Member {
    const { clock, random } = this.cluster;
    const sender = this.all.length + 1;
    const identity = `controller-${sender}`;
    const process = startProcess(clock, random, anyClockError(random));
    const faults = faultPlan(random);
    const { register } = this;
    const handlerAt = (at: number) => withFaults(register.handlerFor(identity, at), faults, clock);
    const link = simLink({ clock, random, handlerAt });
    const place = host ?? `10.9.0.${sender}`;
    const program = this.#run({ identity, sender, host: place, process, link });
    const member = { identity, sender, host: place, process, link, faults, program };
    const started = { ...member, isLeaving: false };
    this.all.push(started);
    return started;
  }

  #run(member: Pick<Member, 'identity' | 'sender' | 'host' | 'process' | 'link'>): MemberProgram {
    const { cluster, peers, acts } = this;
    const { clock, random, nodes, podWeather: weather, sendings, vault } = cluster;
    const { identity, sender, host, process, link } = member;
    const note = (kind: Act['kind'], pod: string) =>
      void acts.push({ identity, at: clock.now(), kind, pod });
    const pusher = simPusher({ clock, random, nodes, weather, sendings }, sender, process);
    const podAt = (ip: string) => nodes.at(ip)?.name ?? ip;
    return runMember({
      identity,
      host,
      process,
      random,
      kube: simKubeClient(process, link, (request) =>
        this.asked.push({ identity, at: clock.now(), request }),
      ),
      vault,
      peers,
      pusher: {
        ...pusher,
        push(target, token, options) {
          note('connect', podAt(target.ip));
          return pusher.push(target, token, {
            ...options,
            onConnected() {
              options.onConnected();
              if (!options.signal.aborted) note('push', podAt(target.ip));
            },
          });
        },
      },
      onMint: (pod) => note('mint', pod),
      onPodEvent: cluster.startsSeenBy(sender),
      report: (report) => cluster.reports.push({ sender, at: clock.now(), report }),
      reportLease: (report) => this.reports.push({ identity, at: clock.now(), report }),
    });
  }

  /** As SIGKILL. */
  kill({ process, host }: Member): void {
    process.kill();
    this.peers.close(host);
  }

  /** Its machine is gone, and nobody tells of it. */
  vanish({ process, host }: Member): void {
    this.peers.cutOff(host, true);
    process.kill();
  }

  /** As SIGTERM. */
  terminate(member: Member): void {
    const own = this.all.find(({ identity }) => identity === member.identity);
    if (own === undefined || own.isLeaving) return;
    own.isLeaving = true;
    member.process.receive(() => {
      void member.program.stop().then(() => this.kill(member));
    });
  }

  /** The Lease, as people edit it with kubectl. */
  editLease(patch: Readonly<Record<string, unknown>>): void {
    const target = { kind: KINDS.leases, ...LEASE };
    if (this.register.lease !== undefined) this.cluster.api.patch(target, patch, 'merge');
  }

  deleteLease(): void {
    this.cluster.api.remove(KINDS.leases, LEASE.namespace, LEASE.name);
  }

  /** Ends all watches of all controllers. */
  endWatches(): void {
    this.cluster.api.endWatches(this.cluster.pick(WATCH_ENDS));
  }

  /** From now on nothing goes wrong. */
  becomeGood(): void {
    this.cluster.becomeGood();
    Object.assign(this.peers.weather, { forged: 0, silent: 0 });
    for (const { process, link, faults, host } of this.alive()) {
      process.resume();
      link.slowMs = 0;
      link.become('open');
      faults.clear();
      this.peers.cutOff(host, false);
    }
  }
}
