import { type Command, type Input, json, typed } from '../run/command.ts';
import type { Check } from '../run/step.ts';
import { type Choice, VAULT } from './names.ts';

/** How Vault's own command line is used, inside of a pod. */
export type VaultCli = (args: readonly string[], rest?: Rest) => Command;

interface Rest {
  readonly input?: Input;
  /** The file that a person would keep the output in, for the next command. */
  readonly keptIn?: string;
}

/** It acts as root there: a server in development mode leaves its root token in its HOME. */
export function vaultCliIn({ cli }: Pick<Choice, 'cli'>, pod = 'deploy/vault'): VaultCli {
  return (args, { keptIn, ...rest } = {}) => {
    const stdin = rest.input ? ['-i'] : [];
    const command = { args: ['exec', '-n', VAULT, ...stdin, pod, '--', cli, ...args], ...rest };
    return keptIn === undefined ? command : { ...command, byHand: kept(command, keptIn) };
  };
}

function kept(command: Command, file: string): readonly string[] {
  return typed(command).map((line) => `${line} > ${file}`);
}

/** What the command before wrote, as it is, or through `of`; by hand it went through a file. */
export function fromBefore(file: string, of = (before: string) => before): Input {
  return { of, shown: `cat ${file}` };
}

/** A mount of that path is in a list of `secrets list` or `auth list`. */
export function hasMount(vault: VaultCli, list: 'secrets' | 'auth', path: string): Check {
  const command = vault([list, 'list', '-format=json']);
  return { ask: [command], holds: (mounts = '{}') => `${path}/` in json<object>(mounts) };
}

/** Every one of these fields has that value, in what `read PATH` says. */
export function hasData(
  vault: VaultCli,
  path: string,
  wanted: Readonly<Record<string, unknown>>,
): Check {
  const holds = (answer = '{}') => {
    const { data } = json<{ data: Readonly<Record<string, unknown>> }>(answer);
    return Object.entries(wanted).every(([key, value]) => same(data[key], value));
  };
  return { ask: [vault(['read', '-format=json', path])], holds };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
