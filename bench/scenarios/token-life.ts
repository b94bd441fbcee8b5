import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppRole, appRoleOn } from '../../test/support/init/app-role.ts';
import { InitContainer } from '../../test/support/init/init-container.ts';
import { type OpenBao, startOpenBao } from '../../test/support/real/openbao.ts';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { ServerProcess } from '../../test/support/real/process/server-process.ts';
import { until } from '../../test/support/until.ts';
import { median } from '../report/statistics.ts';
import { memoryOf } from '../rig/memory-maps.ts';
import { usageOf } from '../rig/process-usage.ts';
import type { Scenario } from './scenario.ts';

const PODS = 5;
const TTL = '10s';
const RENEWALS = 3;
/** The receiver of the other scenarios has the default one, on all addresses. */
const OWN_PORT = '50100';

/** A process beside an app that renews its token. */
interface Beside extends AsyncDisposable {
  readonly pid: number;
  /** How often it has said that it renewed the token. */
  renewals(): number;
}

/** What each pod pays for a token that is renewed beside the app. */
export const tokenLife: Scenario = {
  name: 'token-life',
  title: 'Renewing the token beside the app',
  method:
    `${PODS} native sidecars (the init container with KEEP_RENEWING) and ${PODS} Vault Agents (OpenBao’s, ` +
    'which reads the token that an init container has left) run side by side, each with a token of ' +
    `${TTL}. When each has renewed it ${RENEWALS} times, memory is read from /proc/PID/smaps_rollup: all ` +
    'that is resident, and what of it is the process’s own (anonymous). The rest are pages of files, the ' +
    'program above all, which all pods of a node share. CPU time is all since the start, over the ' +
    'renewals. The figures are medians over the processes.',
  figures: [
    { id: 'sidecarResident', label: 'native sidecar: resident', unit: 'MB' },
    { id: 'sidecarOwn', label: 'native sidecar: its own', unit: 'MB' },
    { id: 'sidecarCpu', label: 'native sidecar: CPU, start and renewals', unit: 'ms' },
    { id: 'agentResident', label: 'Vault Agent: resident', unit: 'MB' },
    { id: 'agentOwn', label: 'Vault Agent: its own', unit: 'MB' },
    { id: 'agentCpu', label: 'Vault Agent: CPU, start and renewals', unit: 'ms' },
  ],
  withoutFloor: true,
  runSeconds: 30,
  async prepare(lab) {
    const vault = await startOpenBao();
    const approle = await appRoleOn(vault, { roles: ['web'], tokenTtl: TTL });
    return {
      async measure() {
        await using all = new AsyncDisposableStack();
        const sidecars = await times(PODS, async () => all.use(await startSidecar(approle)));
        const agents = await times(PODS, async () =>
          all.use(await startAgent(vault, lab.folder())),
        );
        const everyone = [...sidecars, ...agents];
        const done = () => everyone.every((one) => one.renewals() >= RENEWALS);
        await until('each has renewed its token', done, 60_000);
        return { ...figuresOf('sidecar', sidecars), ...figuresOf('agent', agents) };
      },
      [Symbol.asyncDispose]: () => vault[Symbol.asyncDispose](),
    };
  },
};

function figuresOf(name: string, processes: readonly Beside[]) {
  const of = (read: (pid: number) => number) => median(processes.map(({ pid }) => read(pid)));
  return {
    [`${name}Resident`]: of((pid) => memoryOf(pid).residentMb),
    [`${name}Own`]: of((pid) => memoryOf(pid).ownMb),
    [`${name}Cpu`]: of((pid) => usageOf(pid).cpuMs),
  };
}

async function startSidecar(approle: AppRole): Promise<Beside> {
  const environment = {
    VAULT_ROLE_ID: approle.roleId('web'),
    KEEP_RENEWING: 'true',
    LISTEN_PORT: OWN_PORT,
  };
  const container = await InitContainer.listening({ environment });
  await container.push(await approle.push('web'));
  return {
    pid: container.pid,
    renewals: () => container.log.filter(({ msg }) => msg === 'renewed the token').length,
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}

async function startAgent(vault: OpenBao, folder: string): Promise<Beside> {
  const asked = { policies: ['default'], ttl: TTL };
  const made = await vault.request<NewToken>('POST', 'auth/token/create', asked);
  const [tokenFile, config, log] = [
    join(folder, 'token'),
    join(folder, 'agent.hcl'),
    join(folder, 'log'),
  ];
  writeFileSync(tokenFile, made.auth.client_token, { mode: 0o600 });
  writeFileSync(config, agentConfig(vault, folder));
  const agent = new ServerProcess({
    name: 'agent',
    path: findBinary('openbao'),
    args: ['agent', `-config=${config}`],
    cwd: folder,
    log,
  });
  const said = () => readFileSync(log, 'utf8');
  return {
    pid: agent.pid,
    renewals() {
      if (agent.hasEnded) throw new Error(`the agent has ended: ${said()}`);
      return said().split('renewed auth token').length - 1;
    },
    [Symbol.asyncDispose]: () => agent.kill(),
  };
}

interface NewToken {
  readonly auth: { readonly client_token: string };
}

function agentConfig({ addr }: OpenBao, folder: string): string {
  return `
    vault { address = "${addr}" }
    auto_auth {
      method "token_file" { config = { token_file_path = "${folder}/token" } }
      sink "file" { config = { path = "${folder}/sink" } }
    }
  `;
}

async function times<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}
