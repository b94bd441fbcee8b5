/** Measures the project beside its floor, on real servers. `tools/node bench/main.ts --help` tells how. */
import { ScratchFolder } from '../test/support/real/scratch-folder.ts';
import { Failure } from '../tools/servers/failure.ts';
import { describeCommit, describeMachine, loadAverage } from './machine.ts';
import { measureScenario, type Subjects } from './measure.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { type Section, section } from './report/document.ts';
import { openReport } from './report/report-file.ts';
import { createLab } from './rig/lab.ts';
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
  await using lab = createLab(options.initPort, folder);
  const report = options.out === undefined ? undefined : openReport(options.out);
  const [machine, commit] = [describeMachine(), describeCommit()];
  const subjects: Subjects = {
    floor: options.subject === 'ours' ? undefined : floorSubject(folder.path),
    ours: options.subject === 'floor' ? undefined : ourSubject(),
  };
  announce(scenarios, subjects, options);
  const sections: Section[] = [];
  for (const scenario of scenarios) {
    const [runs, load] = [runsOf(scenario, options), loadAverage()];
    const lines = await measureScenario(scenario, subjects, lab, runs);
    const one = { scenario, runs, commit, load, lines };
    sections.push(one);
    console.log(`\n${section(one)}\n`);
    const isAll = options.only.length === 0 && sections.length === scenarios.length;
    report?.write({ setting: [...machine, ...lab.versions], sections }, isAll);
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
