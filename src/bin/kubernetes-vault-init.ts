#!/usr/bin/env node
import { readFileSync, writeSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { ownAddresses } from '../base/own-addresses.ts';
import { systemRandom } from '../base/random.ts';
import { version } from '../base/version.ts';
import { nodeFiles } from '../init/exchange/files.ts';
import { EXIT, run } from '../init/run.ts';
import { USAGE } from '../init/usage.ts';

/** What a shell says of a process that ended by such a signal. */
const ENDED_BY = { SIGTERM: 143, SIGINT: 130 } as const;

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) {
  let stop: (code: number) => void = process.exit;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => stop(ENDED_BY[signal]));
  }
  process.exit(
    await run({
      environment: process.env,
      clock: systemClock,
      random: systemRandom,
      files: nodeFiles,
      readFile: (path) => readFileSync(path, 'utf8'),
      ownAddresses: () => ownAddresses(networkInterfaces()),
      writeLine,
      takeStop: () =>
        new Promise((resolve) => {
          stop = () => resolve();
        }),
    }),
  );
} else if (rest.length === 0 && ['version', '--version', '-version'].includes(command)) {
  writeLine(`${version()}\n`);
} else if (rest.length === 0 && ['help', '--help', '-help', '-h'].includes(command)) {
  writeLine(USAGE);
} else {
  writeSync(2, `unknown arguments: ${[command, ...rest].join(' ')}\n\n${USAGE}`);
  process.exitCode = EXIT.badSettings;
}

/** To standard output by the shortest way: process.stdout would cost a tenth of the start. */
function writeLine(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // Nobody reads the log, or not fast enough: that must not cost the pod its credential.
  }
}
