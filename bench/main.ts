/** Measures the project beside its floor, on real servers. `tools/node bench/main.ts --help` tells how. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, loadAverage } from './machine.ts';
import { measureScenario, type Subjects } from './measure.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { document, type Section, section } from './report/document.ts';
import type { Lab } from './rig/lab.ts';
import { podSource } from './rig/pods.ts';
import { startReceiver } from './rig/receiver.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { chooseScenarios } from './scenarios/choose.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { floorSubject } from './subjects/floor.ts';
import { ourSubject } from './subjects/ours.ts';

/** Above this, something else keeps the machine busy. */
const BUSY_LOAD = 0.5;

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === undefined) console.log(USAGE);
    else return await bench(options, chooseScenarios(options));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function bench(options: Options, scenarios: readonly Scenario[]): Promise<number> {
  await using undo = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-vault-bench-'));
  process.once('exit', (code) => {
    if (code === 0 || code >= 128) rmSync(folder, { recursive: true, force: true });
    else console.error(`bench: what the programs printed is kept in ${folder}`);
  });
  const receiver = undo.use(await startReceiver(options.initPort));
  const nextPod = podSource();
  let versions: Rig['versions'] = [];
  const lab: Lab = {
    receiver,
    folder: () => mkdtempSync(join(folder, 'run-')),
    pods: (count) => Array.from({ length: count }, nextPod),
    async startRig() {
      const rig = await startRig(options.initPort);
      versions = rig.versions;
      return rig;
    },
  };
  const subjects: Subjects = {
    floor: options.subject === 'ours' ? undefined : floorSubject(folder),
    ours: options.subject === 'floor' ? undefined : ourSubject(),
  };
  const machine = describeMachine();
  announce(scenarios, subjects, options);
  const sections: Section[] = [];
  for (const scenario of scenarios) {
    const lines = await measureScenario(scenario, subjects, lab, options.runs);
    sections.push({ scenario, lines });
    console.log(`\n${section({ scenario, lines })}\n`);
  }
  if (options.out !== undefined) {
    writeFileSync(
      options.out,
      document({ setting: [...machine, ...versions], runs: options.runs, sections }),
    );
    console.log(`written to ${options.out}`);
  }
  return sections.some(({ lines }) => lines.some(({ verdict }) => verdict === 'wrong')) ? 1 : 0;
}

function announce(scenarios: readonly Scenario[], subjects: Subjects, { runs }: Options): void {
  const programs = Object.values(subjects).filter(Boolean).length;
  const seconds = scenarios.reduce((sum, { runSeconds }) => sum + runSeconds * runs * programs, 0);
  const names = scenarios.map(({ name }) => name).join(', ');
  console.log(`${names}: about ${Math.ceil(seconds / 60)} minutes`);
  const load = loadAverage();
  if (load > BUSY_LOAD) {
    console.log(`the machine is busy (load ${load.toFixed(2)}): the figures will be worse for it`);
  }
}
