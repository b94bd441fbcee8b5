import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hostPort } from '../../../src/base/ip.ts';
import type { Endpoint } from '../../../src/gossip/messages.ts';
import { findBinary } from './process/binaries.ts';
import { freePort } from './process/free-port.ts';
import { ServerProcess } from './process/server-process.ts';
import { ScratchFolder } from './scratch-folder.ts';

const LOOPBACK = '127.0.0.1';

/** A member as an agent lists it. */
export interface AgentMember {
  readonly name: string;
  readonly addr: string;
  readonly status: 'alive' | 'leaving' | 'left' | 'failed';
  readonly tags: Readonly<Record<string, string>>;
}

export interface SerfAgentOptions {
  readonly name: string;
  /** Base64 of 32 bytes; undefined: nothing is encrypted. */
  readonly key?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  /** As serf's -event-handler takes it. */
  readonly handler?: string;
  /** Instead of loopback's of IPv4. */
  readonly address?: string;
  /** Instead of a free one. */
  readonly port?: number;
}

/** A real serf agent; disposing kills it and removes its files. */
export interface SerfAgent extends AsyncDisposable {
  readonly name: string;
  readonly endpoint: Endpoint;
  members(): Promise<AgentMember[]>;
  status(name: string): Promise<AgentMember['status'] | undefined>;
  /**
   * Runs a command of serf's against it, and returns what it prints.
   * @throws where the command fails
   */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

/** Starts an agent and waits until it answers. */
export async function startSerfAgent(options: SerfAgentOptions): Promise<SerfAgent> {
  const { name, address = LOOPBACK } = options;
  const { port = await freePort(address) } = options;
  const path = findBinary('serf');
  const folder = new ScratchFolder('serf');
  const rpc = `${LOOPBACK}:${await freePort()}`;
  const args = ['agent', ...agentArgs(options, { host: address, port }), `-rpc-addr=${rpc}`];
  const log = folder.file('log');
  const process = new ServerProcess({ name: 'serf', path, args, cwd: folder.path, log });
  const run = async (command: string, ...rest: readonly string[]) => {
    const words = [command, `-rpc-addr=${rpc}`, ...rest];
    return (await promisify(execFile)(path, words)).stdout;
  };
  const members = async () => {
    const { members: all } = JSON.parse(await run('members', '-format=json')) as {
      members: AgentMember[];
    };
    return all;
  };
  try {
    await process.ready(async () => (await members()).length > 0);
  } catch (error) {
    folder.keep();
    await process.kill();
    throw error;
  }
  return {
    name,
    endpoint: { host: address, port },
    members,
    status: async (wanted) => (await members()).find((one) => one.name === wanted)?.status,
    run,
    kill: () => process.kill(),
    async [Symbol.asyncDispose]() {
      await process.kill();
      folder.remove();
    },
  };
}

function agentArgs(
  { name, key, tags = {}, handler }: SerfAgentOptions,
  { host, port }: Endpoint,
): string[] {
  return [
    `-node=${name}`,
    `-bind=${hostPort(host, port)}`,
    '-log-level=debug',
    ...(key === undefined ? [] : [`-encrypt=${key}`]),
    ...(handler === undefined ? [] : [`-event-handler=${handler}`]),
    ...Object.entries(tags).flatMap(([tag, value]) => ['-tag', `${tag}=${value}`]),
  ];
}
