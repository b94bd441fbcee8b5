import { parseArgs } from 'node:util';
import { DEFAULT_INIT_PORT } from '../src/wire/push.ts';

export interface Options {
  /** Names of the scenarios to run; empty means all. */
  readonly only: readonly string[];
  /** Of each scenario; undefined leaves it to them. */
  readonly runs: number | undefined;
  /** One short run of everything, to see that it works: its figures mean little. */
  readonly quick: boolean;
  /** Measures one of the two programs alone. */
  readonly subject: 'floor' | 'ours' | undefined;
  /** The port that pushes go to; another than the default reaches the pods as their annotation. */
  readonly initPort: number;
  /** The file that takes the report, if one does. */
  readonly out: string | undefined;
}

export const USAGE = `Measures the controller and the init container on real servers, beside a floor.
Usage: tools/node bench/main.ts [OPTION ...]
  --only NAME,...   only these scenarios (init, trickle, burst1000, burst5000, idle,
                    token-life, failover, failover-raft, stall, stall-raft, elections, cluster-rest,
                    images, node)
  --runs N          runs of each scenario and program (default 3, 10 of failover and failover-raft,
                    5 of stall and stall-raft, 1 of elections and images)
  --quick           one short run of each, to see that everything works
  --subject NAME    one program alone: floor or ours
  --init-port PORT  the port that pushes go to (default ${DEFAULT_INIT_PORT})
  --out FILE        where the report goes (default docs/benchmarks.md for a whole run, else nowhere);
                    with --only, what the file has of other scenarios stays
  --help            this text`;

/** Why a command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line; undefined means that it asks for help.
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = readArguments(args);
  if (values.help === true) return undefined;
  const { quick = false } = values;
  const subject = subjectOf(values.subject);
  const only = (values.only ?? []).flatMap((names) => names.split(',')).filter(Boolean);
  const whole = only.length === 0 && !quick && subject === undefined;
  return {
    only,
    runs: runsOf(values.runs, quick),
    quick,
    subject,
    initPort: wholeNumber(
      '--init-port',
      values['init-port'] ?? String(DEFAULT_INIT_PORT),
      1024,
      65_535,
    ),
    out: values.out ?? (whole ? 'docs/benchmarks.md' : undefined),
  };
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        runs: { type: 'string' },
        quick: { type: 'boolean' },
        subject: { type: 'string' },
        'init-port': { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function runsOf(text: string | undefined, quick: boolean): number | undefined {
  if (text !== undefined) return wholeNumber('--runs', text, 1, 99);
  return quick ? 1 : undefined;
}

function subjectOf(text: string | undefined): Options['subject'] {
  if (text === undefined || text === 'floor' || text === 'ours') return text;
  throw new UsageError(`--subject takes floor or ours, not ${text}`);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not ${text}`);
}
