import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText } from '../test/support/installation/config.ts';
import { Controller, type LogLine } from '../test/support/installation/controller.ts';
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

interface Started {
  readonly name: string;
  readonly controller: Controller;
  readonly readyUrl: string;
}

const COUNT = 3;

/** Starts the controllers at the same moment, and waits until one acts and the others could. */
export async function startControllers(
  cluster: Cluster,
  scope: Scope,
  folder: string,
): Promise<Controllers> {
  const names = Array.from({ length: COUNT }, (_, at) => `kubernetes-vault-${at}`);
  const all = await Promise.all(
    names.map((name) => start(name, cluster, scope, join(folder, name))),
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

async function start(
  name: string,
  cluster: Cluster,
  scope: Scope,
  folder: string,
): Promise<Started> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'kubernetes-vault.yml');
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  const text = configText({
    vaultAddr: cluster.vaultAddr,
    vaultCaFile: cluster.vaultCaFile,
    token: cluster.vaultToken,
    home: cluster.home,
    podNamespaces: scope.namespaces,
    roles: scope.roles,
    ports,
    raftDir: join(folder, 'raft'),
  });
  writeFileSync(config, text, { mode: 0o600 });
  const own = { HOSTNAME: name, POD_IP: '127.0.0.1' };
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
