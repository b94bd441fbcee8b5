import { join, sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../src/base/clock.ts';
import { version } from '../src/base/version.ts';
import { HELP, readCommandLine, UsageError } from './command-line.ts';
import { perform } from './perform.ts';
import { lineScreen } from './run/screen.ts';
import { spawnKubectl } from './run/spawn-kubectl.ts';

async function main(): Promise<number> {
  const request = readCommandLine(process.argv.slice(2), process.env);
  if (request === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (request === 'version') {
    console.log(version());
    return 0;
  }
  const root = join(import.meta.dirname, '..') + sep;
  return perform(request, {
    root,
    kubectl: spawnKubectl(request.kubectl, request.context),
    screen: lineScreen((text) => process.stdout.write(text), root),
    clock: systemClock,
    agree: process.stdin.isTTY ? agree : undefined,
  });
}

async function agree(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

// A reader that has seen enough (`| head`) is no fault of anybody's; what is half done can be gone on with.
process.stdout.once('error', () => process.exit(1));
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
