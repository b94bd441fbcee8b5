import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseRoleName } from '../../wire/role-name.ts';
import { type OutputFormat, parseOutput } from './output-format.ts';

/** What is asked of the doctor. */
export interface DoctorCommand {
  /** The one pod that is to be followed, if one is. */
  readonly pod: { readonly namespace: string; readonly name: string } | undefined;
  readonly pre: boolean;
  readonly roles: readonly string[];
  /** A service account's name, `NAMESPACE/NAME`, or a user's; undefined for whoever the credentials are of. */
  readonly as: string | undefined;
  readonly output: OutputFormat;
}

interface DoctorOptions {
  readonly config?: string;
  readonly pre?: boolean;
  readonly role?: readonly string[];
  readonly as?: string;
  readonly output?: OutputFormat;
}

/** Adds `doctor` and `doctor pod` to the program. */
export function addDoctorCommand(
  program: Command,
  choose: (command: DoctorCommand, config: string | undefined) => void,
): void {
  const doctor = describe(program.command('doctor'))
    .description(
      'look at all that must be right for pods to get their credentials, and change nothing',
    )
    .addOption(
      new Option(
        '--pre',
        'before the install: there is no service account yet, and there are no pods',
      ).conflicts('as'),
    )
    .option('--role <role>', 'an AppRole to look at besides those of waiting pods', parseRoles)
    .action((_, command: Command) => {
      const { config, ...options } = command.optsWithGlobals<DoctorOptions>();
      choose(commandOf(options, undefined), config);
    });
  describe(doctor.command('pod'))
    .description('follow one pod through every step to its credential')
    .argument('<namespace/name>', 'the pod', parsePod)
    .action((pod: NonNullable<DoctorCommand['pod']>, _, command: Command) => {
      const { config, ...options } = command.optsWithGlobals<DoctorOptions>();
      if (options.pre || options.role) command.error('error: --pre and --role are not of one pod');
      choose(commandOf(options, pod), config);
    });
}

/** What both commands have. None has a default, for a parent's would win over what is given. */
function describe(command: Command): Command {
  return command
    .allowExcessArguments(false)
    .option('--config <file>', 'configuration file of the controller')
    .option(
      '--as <account>',
      'speak for this service account (NAME or NAMESPACE/NAME) or user at the API server',
    )
    .option('-o, --output <format>', 'table or json (default: table)', parseOutput)
    .addHelpText('after', EXIT_CODES);
}

const EXIT_CODES = `
Exit codes: 0 nothing has failed; 1 something has; 2 the command line or the configuration is wrong`;

function commandOf(
  { pre = false, role: roles = [], as, output = 'table' }: DoctorOptions,
  pod: DoctorCommand['pod'],
): DoctorCommand {
  return { pod, pre, roles, as, output };
}

function parseRoles(text: string, before: readonly string[] = []): readonly string[] {
  const role = parseRoleName(text);
  if (role === undefined) throw new InvalidArgumentError('No AppRole can have that name.');
  return [...before, role];
}

const KUBERNETES_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

function parsePod(text: string): NonNullable<DoctorCommand['pod']> {
  const [namespace = '', name = '', ...more] = text.split('/');
  const isRight = [namespace, name].every((part) => KUBERNETES_NAME.test(part));
  if (!isRight || more.length > 0) throw new InvalidArgumentError('It is NAMESPACE/NAME.');
  return { namespace, name };
}
