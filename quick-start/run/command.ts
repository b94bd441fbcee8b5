/** One run of kubectl. */
export interface Command {
  /** What follows `kubectl`. */
  readonly args: readonly string[];
  readonly input?: Input;
  /** The same as a person would type it, where that is not what `args` say; `[]`: nothing at all. */
  readonly byHand?: readonly string[];
}

/** What is written to a command's standard input. */
export interface Input {
  /** Made of the output of the command before it in the same list; never shown. */
  readonly of: (before: string) => string;
  /** Whatever of it stands in an error message is left out. */
  readonly isSecret?: true;
  /** The command that a person would have in front of the pipe. */
  readonly shown: string;
}

/** What came of a command. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl, in the cluster of the chosen context. */
export interface Kubectl {
  /** @throws KubectlMissing, and nothing else: a refusal is an answer, too */
  run(args: readonly string[], input?: string): Promise<Answer>;
}

/** The lines that a person would type instead. */
export function typed({ args, input, byHand }: Command): readonly string[] {
  if (byHand) return byHand;
  const line = ['kubectl', ...args.map(quoted)].join(' ');
  return [input ? `${input.shown} | ${line}` : line];
}

/** Single quotes mean the same to POSIX shells and to PowerShell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word}'`;
}

/** Parses the JSON that kubectl or Vault's command line wrote; their shapes are stable APIs. */
export function json<T>(text: string): T {
  return JSON.parse(text) as T;
}
