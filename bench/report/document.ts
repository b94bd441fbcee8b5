import type { Scenario } from '../scenarios/scenario.ts';
import type { Line } from './figure.ts';
import { table } from './table.ts';

/** One scenario's results. */
export interface Section {
  readonly scenario: Pick<Scenario, 'name' | 'title' | 'method'>;
  readonly lines: readonly Line[];
}

export interface Document {
  /** What it was measured on: pairs of a name and a value. */
  readonly setting: readonly (readonly [string, string])[];
  readonly runs: number;
  readonly sections: readonly Section[];
}

/** The whole report in Markdown. */
export function document({ setting, runs, sections }: Document): string {
  const parts = [introduction(runs), settingTable(setting), ...sections.map(section)];
  return `${parts.join('\n\n')}\n`;
}

function introduction(runs: number): string {
  return `# Benchmarks

\`make bench\` measures on real servers (OpenBao, etcd, kube-apiserver) and writes this page: nothing
in it is written by hand.

The *floor* is a program of about a hundred lines (\`bench/floor.ts\`) that does the least that any
program must do: watch all pods, mint, push. It has no retries, limits, checks or memory. It is run
in turns with kubernetes-vault, on the same machine, on servers that are started anew for each run
of each delivery scenario, and a few pods are served before the measured ones, so that code is warm
and connections are open. One process receives the pushes of all pods, each on a loopback address of
its own, over TLS, and answers at once; the rig plays the kubelet, and reports every init container
that was pushed to as ended. All of this shares the machine's cores, so the ratio says more than the
milliseconds do.

Each figure is the median of ${count(runs, 'run')}${runs > 1 ? ', the least and the most in parentheses' : ''}; the ratio is the median of the ratios of
runs that followed each other. Pods without a push and pushes too many are those of the worst run.
Memory is in units of 10⁶ bytes.`;
}

function settingTable(setting: Document['setting']): string {
  const rows = setting.map(([name, value]) => `| ${name} | ${value} |`);
  return ['| | |', '|---|---|', ...rows].join('\n');
}

/** One scenario's part of the report. */
export function section({ scenario, lines }: Section): string {
  const command = `tools/node bench/main.ts --only ${scenario.name}`;
  return [
    `## ${scenario.title}`,
    scenario.method,
    table(lines),
    `Measured by \`${command}\`.`,
  ].join('\n\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
