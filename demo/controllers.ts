import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigChange, configText } from '../test/support/installation/config.ts';
import { Controller, type LogLine } from '../test/support/installation/controller.ts';
import { type ServicePod, serviceEndpoints } from '../test/support/kubelet/service-endpoints.ts';
import { freePort } from '../test/support/real/process/free-port.ts';
import { until } from '../test/support/until.ts';
import type { Cluster } from './cluster.ts';
import { type Kill, type Member, members } from './reign.ts';

/** Several controllers, each the program that `make build` made, in a process of its own. */
export interface Controllers {
  /** What all of them have logged so far, in the order of its times. */
  log(): LogLine[];
  members(): Member[];
  /**
   * Ends the one that acts by SIGKILL.
   * @throws when none acts
   */
  killLeader(): void;
  stop(): Promise<void>;
}

export interface Scope {
  readonly namespaces: readonly string[];
  readonly roles: readonly string[];
}

type ElectionConfig = NonNullable<ConfigChange['election']>;

/** How controllers elect who acts, as their configuration has it. */
export type Engine = 'lease' | 'raft';

interface Started {
  readonly name: string;
  readonly controller: Controller;
  readonly readyUrl: string;
}

const COUNT = 3;
/** Each controller has a loopback address of its own: 127.0.0.21 and so on. */
const FIRST_ADDRESS = 21;

/** Starts the controllers at the same moment, and waits until one acts and the others could. */
export async function startControllers(
  cluster: Cluster,
  scope: Scope,
  engine: Engine,
  folder: string,
): Promise<Controllers> {
  const pods = Array.from({ length: COUNT }, (_, at) => ({
    name: `kubernetes-vault-${at}`,
    address: `127.0.0.${FIRST_ADDRESS + at}`,
  }));
  await serviceEndpoints(cluster.api, cluster.home)(pods);
  const election = await electionBy(engine, folder);
  const all = await Promise.all(
    pods.map((pod) => start(pod, election, cluster, scope, join(folder, pod.name))),
  );
  let kill: Kill | undefined;
  const whole = {
    log: () => all.flatMap(({ controller }) => controller.said()).sort(byTime),
    members: () =>
      members(
        all.map(({ name, controller }) => ({ name, log: controller.said() })),
        kill,
      ),
    killLeader() {
      const leader = whole.members().find(({ state }) => state === 'acts');
      const found = all.find(({ name }) => name === leader?.name);
      if (found === undefined) throw new Error('no controller acts that could be killed');
      kill = { name: found.name, at: Date.now() };
      found.controller.signal('SIGKILL');
    },
    async stop() {
      await Promise.all(all.map(({ controller }) => controller.stop()));
    },
  };
  await Promise.all(all.map(isReady));
  await until('one controller acts', () => whole.members().some(({ state }) => state === 'acts'));
  return whole;
}

/** How the controllers are to elect who acts; they find each other by their addresses. */
async function electionBy(engine: Engine, folder: string): Promise<ElectionConfig> {
  if (engine === 'lease') return { election: 'lease' };
  const keyFile = join(folder, 'cluster.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const ports = { gossipPort: await freePort(), raftPort: await freePort() };
  return { election: 'raft', cluster: { keyFile, ...ports } };
}

async function start(
  { name, address }: ServicePod,
  election: ElectionConfig,
  cluster: Cluster,
  scope: Scope,
  folder: string,
): Promise<Started> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'kubernetes-vault.yml');
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  const input = {
    vaultAddr: cluster.vaultAddr,
    vaultCaFile: cluster.vaultCaFile,
    token: cluster.vaultToken,
    home: cluster.home,
    podNamespaces: scope.namespaces,
    roles: scope.roles,
    ports,
    raftDir: join(folder, 'raft'),
  };
  const text = configText(input, { election });
  writeFileSync(config, text, { mode: 0o600 });
  const own = { HOSTNAME: name, POD_IP: address };
  const controller = new Controller({ ...cluster.controllerEnvironment, ...own }, config);
  return { name, controller, readyUrl: `http://127.0.0.1:${ports.health}/readyz` };
}

async function isReady({ name, controller, readyUrl }: Started): Promise<void> {
  try {
    await until(`${name} is ready`, async () => (await fetch(readyUrl)).ok, 20_000);
  } catch (cause) {
    const lastWords = controller.printed.trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(`${name} does not become ready:\n${lastWords}`, { cause });
  }
}

/** Times are written alike, so their order is that of their texts. */
function byTime(one: LogLine, other: LogLine): number {
  const [a, b] = [String(one['time']), String(other['time'])];
  return a < b ? -1 : Number(a > b);
}
