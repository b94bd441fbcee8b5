import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { nearestName } from '../../config/schema/nearest-name.ts';
import { LOG_LEVELS, type LogLevel } from '../../telemetry/logger.ts';
import { addDoctorCommand, type DoctorCommand } from './doctor-cli.ts';
import { type ConfigSource, findConfig } from './find-config.ts';
import { addMembersCommand, type MembersCommand } from './members-cli.ts';

/** What the command line wants of the controller. */
export type CommandLine =
  | ({ readonly kind: 'run'; readonly logLevel: LogLevel } & ConfigSource)
  | ({ readonly kind: 'doctor'; readonly command: DoctorCommand } & ConfigSource)
  | ({ readonly kind: 'members'; readonly command: MembersCommand } & ConfigSource)
  /** Print and stop: `output` belongs on standard output with code 0, on standard error with 2. */
  | { readonly kind: 'exit'; readonly code: 0 | 2; readonly output: string };

export interface CommandLineInputs {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Reads a text file; throws what Node throws. */
  readonly readFile: (path: string) => string;
}

/** Reads the controller's command line, without node and script, and the configuration that it means. */
export function parseCommandLine(args: readonly string[], inputs: CommandLineInputs): CommandLine {
  const wish = parseWish(withoutName(args), inputs.version);
  if (wish.kind === 'exit') return wish;
  const config = findConfig(wish.config, inputs.environment, inputs.readFile);
  if (!config.ok) return { kind: 'exit', code: 2, output: `kubernetes-vault: ${config.problem}\n` };
  const { config: _, ...wanted } = wish;
  return { ...wanted, ...config.source };
}

/** The original's image took a whole command, too: `args: [kubernetes-vault, --config=/x.yml]`. */
function withoutName(args: readonly string[]): readonly string[] {
  return args[0] === 'kubernetes-vault' ? args.slice(1) : args;
}

type Exit = Extract<CommandLine, { kind: 'exit' }>;
type Wish =
  | Exit
  | (Configured & { readonly kind: 'run'; readonly logLevel: LogLevel })
  | (Configured & { readonly kind: 'doctor'; readonly command: DoctorCommand })
  | (Configured & { readonly kind: 'members'; readonly command: MembersCommand });

interface Configured {
  /** The file that was named. */
  readonly config: string | undefined;
}

function parseWish(args: readonly string[], version: string): Wish {
  const printed: string[] = [];
  let wish: Wish = { kind: 'exit', code: 0, output: '' };
  const program = describeCommands({
    version,
    print: (text) => printed.push(text),
    choose: (chosen) => {
      wish = chosen;
    },
  });
  try {
    program.parse(withDoubleDashes(args, program), { from: 'user' });
    return wish;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'exit', code: error.exitCode === 0 ? 0 : 2, output: printed.join('') };
  }
}

interface Outlets {
  readonly version: string;
  readonly print: (text: string) => void;
  readonly choose: (wish: Wish) => void;
}

/** A command inherits what was set on the program before it was added. */
function describeCommands({ version, print, choose }: Outlets): Command {
  const program = new Command('kubernetes-vault')
    .description('Gives every annotated pod its own Vault credential.')
    .option('--config <file>', 'configuration file (default: kubernetes-vault.yml)')
    .option('--log-level <level>', LOG_LEVELS.join(', '), parseLogLevel, 'debug')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .allowExcessArguments()
    .showHelpAfterError('(kubernetes-vault --help says more)')
    .addHelpText('after', ABOUT)
    .configureOutput({ writeOut: print, writeErr: print })
    .exitOverride();
  program.action(({ config, logLevel }: { config?: string; logLevel: LogLevel }) => {
    refuseUnknownCommand(program);
    choose({ kind: 'run', config, logLevel });
  });
  program
    .command('version')
    .description('print the version')
    .allowExcessArguments(false)
    .action(() => choose({ kind: 'exit', code: 0, output: `${version}\n` }));
  addDoctorCommand(program, (command, config) => choose({ kind: 'doctor', config, command }));
  addMembersCommand(program, (command, config) => choose({ kind: 'members', config, command }));
  return program;
}

const ABOUT = `
Environment:
  KUBERNETES_VAULT_LOCAL_CONFIG  the configuration itself, instead of a file
  and every variable that the configuration names

Exit codes: 0 stopped when asked to; 1 failed while running; 2 the command line or the configuration is wrong`;

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text.toLowerCase());
  if (level === undefined) throw new InvalidArgumentError(`It is one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}

function refuseUnknownCommand(program: Command): void {
  const [unknown] = program.args;
  if (unknown === undefined) return;
  const near = nearestName(
    unknown,
    program.commands.map((command) => command.name()),
  );
  const hint = near === undefined ? '' : `\n(Did you mean ${near}?)`;
  program.error(`error: unknown command '${unknown}'${hint}`);
}

/** Go's flags, which the original has, may be written with one dash: `-config FILE`, `-log-level=error`. */
function withDoubleDashes(args: readonly string[], program: Command): string[] {
  const commands = [program, ...program.commands];
  const options = commands.flatMap((command) => command.options.map(({ long }) => long));
  const flags = new Set([...options, '--help']);
  return args.map((arg) => {
    const [flag = ''] = arg.split('=', 1);
    return flags.has(`-${flag}`) ? `-${arg}` : arg;
  });
}
