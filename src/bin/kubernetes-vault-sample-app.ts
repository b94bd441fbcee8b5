#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/message-of.ts';
import { version } from '../base/version.ts';
import { describeCredential, NoCredentialError } from '../sample/describe-credential.ts';

const USAGE = `kubernetes-vault-sample-app: prints the credential it was given (shortened), then waits for SIGTERM

Usage: kubernetes-vault-sample-app [version | --help]

Environment:
  CREDENTIALS_PATH   directory of the credential files (/var/run/secrets/boostport.com)
`;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function readIn(directory: string, name: string): string | undefined {
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new NoCredentialError(`${name}: ${messageOf(error)}`);
  }
}

function showAndWait(): void {
  // Before it says anything: as the first process of a container it would be deaf to them until then.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  const directory = process.env['CREDENTIALS_PATH'] || '/var/run/secrets/boostport.com';
  try {
    console.log(describeCredential((name) => readIn(directory, name)));
  } catch (error) {
    if (!(error instanceof NoCredentialError)) throw error;
    console.error(`No credential in ${directory}: ${error.message}`);
    process.exit(1);
  }
  setInterval(() => {}, LONGEST_TIMER_MS);
}

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) showAndWait();
else if (rest.length === 0 && ['version', '--version', '-version'].includes(command)) {
  console.log(version());
} else if (rest.length === 0 && ['help', '--help', '-help', '-h'].includes(command)) {
  console.log(USAGE);
} else {
  console.error(`unknown arguments: ${[command, ...rest].join(' ')}\n\n${USAGE}`);
  process.exitCode = 2;
}
