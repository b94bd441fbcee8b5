import type { Command } from 'commander';
import { type OutputFormat, parseOutput } from './output-format.ts';

/** How the members are to be shown. */
export interface MembersCommand {
  readonly output: OutputFormat;
}

interface MembersOptions {
  readonly config?: string;
  readonly output?: OutputFormat;
}

/** Adds `members` to the program. */
export function addMembersCommand(
  program: Command,
  choose: (command: MembersCommand, config: string | undefined) => void,
): void {
  program
    .command('members')
    .description('with election: raft, list the controllers as the one of this pod sees them')
    .allowExcessArguments(false)
    .option('--config <file>', 'configuration file of the controller')
    .option('-o, --output <format>', 'table or json (default: table)', parseOutput)
    .addHelpText('after', EXIT_CODES)
    .action((_, command: Command) => {
      const { config, output = 'table' } = command.optsWithGlobals<MembersOptions>();
      choose({ output }, config);
    });
}

const EXIT_CODES = `
Exit codes: 0 they are listed; 1 there is no list; 2 the command line or the configuration is wrong`;
