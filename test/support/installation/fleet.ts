import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { MembersView } from '../../../src/election/raft/members/members-view.ts';
import { type ServicePod, serviceEndpoints } from '../kubelet/service-endpoints.ts';
import { Program } from '../program.ts';
import { freePort } from '../real/process/free-port.ts';
import { scrape } from '../telemetry/scrape.ts';
import { until } from '../until.ts';
import { type ConfigChange, configText } from './config.ts';
import { Controller } from './controller.ts';
import type { Installation, ProgramChoice } from './installation.ts';
import { builtProgram } from './programs.ts';

/** How controllers elect who acts, as their configuration has it. */
export type ElectionConfig = NonNullable<ConfigChange['election']>;

/** One controller of several, as a pod of the Service. */
export interface FleetMember extends ServicePod {
  /** Its configuration file. */
  readonly config: string;
  readonly raftDir: string;
  readonly controller: Controller;
  /** Waits until it leads, or could take the lead. */
  ready(): Promise<void>;
  /** Its metrics, as Prometheus reads them. */
  metrics(): Promise<string>;
}

/** Raft, with ports that are the same for all; the rest of `cluster` is for the test to say. */
export async function electionByRaft(cluster: object): Promise<ElectionConfig> {
  const ports = { gossipPort: await freePort(), raftPort: await freePort() };
  return { election: 'raft', cluster: { ...ports, ...cluster } };
}

/** A key of a cluster, as `openssl rand -base64 32` makes it. */
export function clusterKey(): string {
  return randomBytes(32).toString('base64');
}

/** Writes the file of these keys as a mounted Secret changes: all at once. */
export function writeKeys(file: string, keys: readonly string[]): void {
  writeFileSync(`${file}.next`, keys.map((key) => `${key}\n`).join(''), { mode: 0o600 });
  renameSync(`${file}.next`, file);
}

export interface MemberWish extends ProgramChoice {
  readonly election: ElectionConfig;
  /** By default one of its own. */
  readonly raftDir?: string;
}

/** Controllers of one installation that run side by side; disposing ends them. */
export interface Fleet extends AsyncDisposable {
  readonly members: readonly FleetMember[];
  /** Starts one more, which the Service leads to from then on. */
  start(wish: MemberWish): Promise<FleetMember>;
}

/** Several that start at the same moment, when they are ready. */
export async function startFleet(
  home: Installation,
  count: number,
  wish: MemberWish,
): Promise<Fleet> {
  await using undo = new AsyncDisposableStack();
  const fleet = undo.use(createFleet(home));
  await Promise.all(Array.from({ length: count }, () => fleet.start(wish)));
  await Promise.all(fleet.members.map((member) => member.ready()));
  undo.move();
  return fleet;
}

export function createFleet(home: Installation): Fleet {
  const members: FleetMember[] = [];
  let count = 0;
  const publish = serviceEndpoints(home.servers.plane, home.servers.home);
  return {
    members,
    async start(wish) {
      const pod = { name: `kubernetes-vault-${count}`, address: home.anotherIp() };
      count += 1;
      const member = await startMember(home, pod, wish);
      members.push(member);
      await publish(members);
      return member;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map(({ controller }) => controller.stop()));
      await publish([]);
    },
  };
}

async function startMember(
  home: Installation,
  pod: ServicePod,
  { election, raftDir = home.file(`raft-${pod.address}`), ...program }: MemberWish,
): Promise<FleetMember> {
  const folder = home.file(`controller-${pod.address}`);
  mkdirSync(folder);
  const config = `${folder}/kubernetes-vault.yml`;
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  const text = configText({ ...home.configInput(), ports, raftDir }, { election });
  writeFileSync(config, text, { mode: 0o600 });
  const own = { HOSTNAME: pod.name, POD_IP: pod.address };
  const environment = { ...(await home.controllerEnvironment()), ...own };
  const controller = new Controller(environment, config, program);
  home.printed.add(pod.name, () => controller.printed);
  const at = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
  return {
    ...pod,
    ...{ config, raftDir, controller },
    async ready() {
      const isReady = async () => (await fetch(at(ports.health, '/readyz'))).ok;
      await controller.reaches(`${pod.name} is ready`, isReady);
    },
    metrics: async () => (await scrape(at(ports.metrics, '/metrics'))).text,
  };
}

/** What `kubernetes-vault members` prints in the pod of this controller. */
export async function membersPrinted(
  { config }: Pick<FleetMember, 'config'>,
  output: 'json' | 'table',
): Promise<string> {
  const args = ['members', '--config', config, '--output', output];
  const file = builtProgram('kubernetes-vault');
  const program = new Program({ name: 'members', file, args, environment: {} });
  const code = await program.ended;
  if (code === 0) return program.printed;
  throw new Error(`members ended with ${code}: ${program.printed}`);
}

/** Waits until the cluster is, as this controller sees it, what is wanted. */
export function clusterSeen(
  member: FleetMember,
  what: string,
  isWanted: (view: MembersView) => boolean,
): Promise<MembersView> {
  return until(
    `${member.name} sees ${what}`,
    async () => {
      const view: MembersView = JSON.parse(await membersPrinted(member, 'json'));
      return isWanted(view) && view;
    },
    20_000,
  );
}

/** Waits until the cluster, as this controller sees it, has all its voters, and one that acts. */
export function wholeCluster(member: FleetMember, voters = 3): Promise<MembersView> {
  return clusterSeen(member, `${voters} voters, one of which acts`, ({ members }) => {
    const found = members.filter(({ role }) => role === 'leader' || role === 'voter');
    return found.length === voters && members.some(({ acts }) => acts);
  });
}
