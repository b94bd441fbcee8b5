#!/usr/bin/env -S node --max-semi-space-size=1 --v8-pool-size=1
import { readFileSync } from 'node:fs';
import { systemClock } from '../base/clock.ts';
import { version } from '../base/version.ts';
import { type Loaded, loadSettings } from '../config/load-settings.ts';
import { formatProblems } from '../config/problem.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { startController } from './assembly/controller.ts';
import { type CommandLine, parseCommandLine } from './command-line/controller-cli.ts';

/** The exit codes of the contract. */
const EXIT = { stopped: 0, failed: 1, badConfiguration: 2 } as const;

const readFile = (path: string) => readFileSync(path, 'utf8');

const wish = parseCommandLine(process.argv.slice(2), {
  environment: process.env,
  version: version(),
  readFile,
});
if (wish.kind === 'exit') {
  (wish.code === EXIT.stopped ? process.stdout : process.stderr).write(wish.output);
  process.exitCode = wish.code;
} else {
  process.exitCode = await carryOut(wish);
}

/** The commands besides `run` are loaded on demand: who runs the controller does not pay for them. */
function carryOut(wish: Exclude<CommandLine, { kind: 'exit' }>): Promise<number> {
  switch (wish.kind) {
    case 'doctor':
      return doctor(wish);
    case 'members':
      return members(wish);
    case 'run':
      return run(wish);
  }
}

async function members(wish: Extract<CommandLine, { kind: 'members' }>): Promise<number> {
  const { runMembers } = await import('./command-line/members.ts');
  return await runMembers(wish.command, wish, {
    variables: process.env,
    clock: systemClock,
    print: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  });
}

async function doctor(wish: Extract<CommandLine, { kind: 'doctor' }>): Promise<number> {
  const { runDoctor } = await import('./command-line/doctor.ts');
  return await runDoctor(wish.command, wish, {
    variables: process.env,
    isTerminal: Boolean(process.stdout.isTTY),
    print: (text) => process.stdout.write(text),
  });
}

async function run(wish: Extract<CommandLine, { kind: 'run' }>): Promise<number> {
  const loaded = loadSettings(wish.configText, process.env, readFile);
  if (!loaded.ok) {
    process.stderr.write(formatProblems(wish.configName, loaded.problems));
    return EXIT.badConfiguration;
  }
  const logger = createLogger({ level: wish.logLevel, clock: systemClock });
  introduce(logger, wish.configName, loaded);
  try {
    const controller = await startController(loaded.settings, { variables: process.env, logger });
    try {
      const signal = await Promise.race([untilSignal('SIGTERM', 'SIGINT'), controller.failed]);
      logger.info({ signal }, 'stopping: no new mints; pushes in flight may finish');
    } finally {
      await controller.stop();
    }
    logger.info({}, 'stopped');
    return EXIT.stopped;
  } catch (error) {
    logger.error({ error }, 'the controller cannot go on');
    return EXIT.failed;
  }
}

function introduce(logger: Logger, configName: string, loaded: Extract<Loaded, { ok: true }>) {
  const { settings, warnings } = loaded;
  const { vault, kubernetes, election } = settings;
  const watch =
    kubernetes.watch.kind === 'one' ? kubernetes.watch.name : `~${kubernetes.watch.regex.source}`;
  const way = { vault: vault.address, watch, election: election.kind };
  const fields = { version: version(), config: configName, ...way };
  logger.info(fields, 'kubernetes-vault starts');
  for (const { key, text } of warnings) logger.warn({ key }, `${key} ${text}`);
}

function untilSignal(...signals: NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
}
