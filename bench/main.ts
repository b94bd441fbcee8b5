/** Measures the project beside its floor, on real servers. `tools/node bench/main.ts --help` tells how. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { ScratchFolder } from '../test/support/real/scratch-folder.ts';
import { Failure } from '../tools/servers/failure.ts';
import { describeCommit, describeMachine, loadAverage } from './machine.ts';
import { measureScenario, type Subjects } from './measure.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { document, renewed, type Section, section } from './report/document.ts';
import type { Lab } from './rig/lab.ts';
import { podSource } from './rig/pods.ts';
import { type Receiver, startReceiver } from './rig/receiver.ts';
import { startRig } from './rig/rig.ts';
import { chooseScenarios } from './scenarios/choose.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { floorSubject } from './subjects/floor.ts';
import { ourSubject } from './subjects/ours.ts';

/** Above this, something else keeps the machine busy. */
const BUSY_LOAD = 0.5;
const DEFAULT_RUNS = 3;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === undefined) console.log(USAGE);
    else return await bench(options, chooseScenarios(options));
    return 0;
  } catch (error) {
    if (error instanceof Failure) console.error(`bench: ${error.message}`);
    else if (error instanceof UsageError) console.error(`bench: ${error.message}\n\n${USAGE}`);
    else throw error;
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Resolves with the exit code: 1 when a program did what none may do. */
async function bench(options: Options, scenarios: readonly Scenario[]): Promise<number> {
  for (const scenario of scenarios) scenario.require?.();
  const folder = new ScratchFolder('bench');
  try {
    const sections = await measureAll(options, scenarios, folder);
    const lines = sections.flatMap((one) => one.lines);
    if (lines.every(({ verdict }) => verdict !== 'wrong')) return 0;
    keep(folder);
    return 1;
  } catch (error) {
    keep(folder);
    throw error;
  }
}

function keep(folder: ScratchFolder): void {
  folder.keep();
  console.error(`bench: what the programs printed is kept in ${folder.path}`);
}

async function measureAll(
  options: Options,
  scenarios: readonly Scenario[],
  folder: ScratchFolder,
): Promise<Section[]> {
  await using undo = new AsyncDisposableStack();
  const { initPort } = options;
  let receiver: Promise<Receiver> | undefined;
  const nextPod = podSource();
  const versions = new Map<string, string>();
  const lab: Lab = {
    initPort,
    receiver() {
      receiver ??= startReceiver(initPort).then((started) => undo.use(started));
      return receiver;
    },
    folder: () => mkdtempSync(folder.file('run-')),
    pods: (count) => Array.from({ length: count }, nextPod),
    async startRig() {
      const rig = await startRig({ initPort });
      lab.noteVersions(rig.versions);
      return rig;
    },
    noteVersions(noted) {
      for (const [server, version] of noted) versions.set(server, version);
    },
  };
  const subjects: Subjects = {
    floor: options.subject === 'ours' ? undefined : floorSubject(folder.path),
    ours: options.subject === 'floor' ? undefined : ourSubject(),
  };
  const [machine, commit] = [describeMachine(), describeCommit()];
  announce(scenarios, subjects, options);
  const sections: Section[] = [];
  for (const scenario of scenarios) {
    const [runs, load] = [runsOf(scenario, options), loadAverage()];
    const lines = await measureScenario(scenario, subjects, lab, runs);
    const one = { scenario, runs, commit, load, lines };
    sections.push(one);
    console.log(`\n${section(one)}\n`);
  }
  if (options.out !== undefined) {
    const isPart = options.only.length > 0 && existsSync(options.out);
    const setting = [...machine, ...versions];
    const old = () => readFileSync(options.out ?? '', 'utf8');
    writeFileSync(options.out, isPart ? renewed(old(), sections) : document({ setting, sections }));
    console.log(`written to ${options.out}`);
  }
  return sections;
}

function runsOf(scenario: Scenario, { runs }: Options): number {
  return runs ?? scenario.runs ?? DEFAULT_RUNS;
}

function announce(scenarios: readonly Scenario[], subjects: Subjects, options: Options): void {
  const secondsOf = (scenario: Scenario) => {
    const { floor, ours } = subjects;
    const programs = [scenario.withoutFloor ? undefined : floor, ours].filter(Boolean).length;
    return scenario.runSeconds * runsOf(scenario, options) * programs;
  };
  const seconds = scenarios.reduce((sum, scenario) => sum + secondsOf(scenario), 0);
  const names = scenarios.map(({ name }) => name).join(', ');
  console.log(`${names}: about ${Math.ceil(seconds / 60)} minutes`);
  const load = loadAverage();
  if (load > BUSY_LOAD) {
    console.log(`the machine is busy (load ${load.toFixed(2)}): the figures will be worse for it`);
  }
}
