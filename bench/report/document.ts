import type { Scenario } from '../scenarios/scenario.ts';
import type { Line } from './figure.ts';
import { table } from './table.ts';

/** One scenario's results. */
export interface Section {
  readonly scenario: Pick<Scenario, 'name' | 'title' | 'method'>;
  readonly runs: number;
  /** What was measured. */
  readonly commit: string;
  /** Runnable tasks over the minute before it. */
  readonly load: number;
  readonly lines: readonly Line[];
}

export interface Document {
  /** What it was measured on: pairs of a name and a value. */
  readonly setting: readonly (readonly [string, string])[];
  readonly sections: readonly Section[];
}

/** The whole report in Markdown. */
export function document({ setting, sections }: Document): string {
  const parts = [INTRODUCTION, settingTable(setting), ...sections.map(section)];
  return `${parts.join('\n\n')}\n`;
}

/** A report that exists, with these sections in the place of those with the same titles, or at its end. */
export function renewed(report: string, sections: readonly Section[]): string {
  const [head = '', ...old] = report.trimEnd().split(/^(?=## )/m);
  const parts = old.map((text) => text.trimEnd());
  for (const one of sections) {
    const at = parts.findIndex((text) => text.startsWith(`${heading(one)}\n`));
    if (at === -1) parts.push(section(one));
    else parts[at] = section(one);
  }
  const setting = head.slice(Math.max(0, head.indexOf(TABLE_HEAD))).trimEnd();
  return `${[INTRODUCTION, setting, ...parts].join('\n\n')}\n`;
}

const INTRODUCTION = `# Benchmarks

\`make bench\` measures on real servers (OpenBao, etcd, kube-apiserver), and at last on a real node, and
writes this page: nothing in it is written by hand.

The *floor* is a program of about a hundred lines (\`bench/floor.ts\`) that does the least that any
program must do: watch all pods, mint, push. It has no retries, limits, checks or memory; where a
part of this page compares with something else, it says so. It is run in turns with
kubernetes-vault, on the same machine, on servers that are started anew for each run of each
delivery scenario, and a few pods are served before the measured ones, so that code is warm and
connections are open. One process receives the pushes of all pods, each on a loopback address of
its own, over TLS, and answers at once; the rig plays the kubelet, and reports every init container
that was pushed to as ended. All of this shares the machine's cores, so the ratio says more than the
milliseconds do.

Each figure is the median of the runs, the least and the most in parentheses; the ratio is the median
of the ratios of runs that followed each other. Pods without a push and pushes too many are those of
the worst run. Memory is in units of 10⁶ bytes.`;

const TABLE_HEAD = '| | |';

function settingTable(setting: Document['setting']): string {
  const rows = setting.map(([name, value]) => `| ${name} | ${value} |`);
  return [TABLE_HEAD, '|---|---|', ...rows].join('\n');
}

/** One scenario's part of the report. */
export function section(one: Section): string {
  const { scenario, runs, commit, load, lines } = one;
  const command = `tools/node bench/main.ts --only ${scenario.name}`;
  const times = `${runs} run${runs === 1 ? '' : 's'}`;
  return [
    heading(one),
    scenario.method,
    table(lines),
    `Measured by \`${command}\`: ${times}, at commit ${commit}, load before it ${load.toFixed(2)}.`,
  ].join('\n\n');
}

function heading({ scenario }: Section): string {
  return `## ${scenario.title}`;
}
