import type { styleText } from 'node:util';
import type { Progress } from './progress.ts';

type Style = Parameters<typeof styleText>[0];
/** Gives text a colour, or leaves it as it is where none is wanted. */
export type Paint = (style: Style, text: string) => string;

const COLUMNS = { pod: 20, role: 13, time: 10 };
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** What stands before the bar. */
const INDENT = 4;
const BEFORE_BAR = INDENT + COLUMNS.pod + COLUMNS.role + 3 * COLUMNS.time + 2;
const LONGEST_BAR = 30;
/** The narrowest terminal that a row fits into. */
export const LEAST_WIDTH = BEFORE_BAR + 11;

/** How the table is drawn. */
export interface Drawing {
  readonly paint: Paint;
  readonly width: number;
  /** Counts the frames, and makes what waits move. */
  readonly turn: number;
}

/** The table of all pods, as lines of at most the width. */
export function table(pods: readonly Progress[], drawing: Drawing): string[] {
  const { paint, width } = drawing;
  const slowest = Math.max(
    1,
    ...pods.map(({ token, corrected }) => (corrected ? 0 : (token ?? 0))),
  );
  const cellsPerMs = Math.min(LONGEST_BAR, width - BEFORE_BAR) / slowest;
  const titles = ['MINTED', 'LISTENING', 'TOKEN'].map((title) => title.padStart(COLUMNS.time));
  const names = 'POD'.padEnd(COLUMNS.pod) + 'ROLE'.padEnd(COLUMNS.role);
  const heading = `${' '.repeat(INDENT)}${names}${titles.join('')}`;
  return [
    paint('dim', heading),
    ...pods.flatMap((pod) => row(pod, drawing, cellsPerMs)),
    '',
    `${' '.repeat(INDENT)}${legend(paint)}`,
  ];
}

function legend(paint: Paint): string {
  const start = paint('dim', 'Time since each process started:');
  return `${start} ${paint('cyan', '▇')} ${paint('dim', 'until it listens')}  ${paint('green', '▇')} ${paint('dim', 'push and exchange')}`;
}

function row(pod: Progress, drawing: Drawing, cellsPerMs: number): string[] {
  const { part, state, problem, corrected } = pod;
  const { paint } = drawing;
  const name = `${part.namespace}/${part.name}`.padEnd(COLUMNS.pod);
  const role = (corrected ? part.role : (part.annotatedRole ?? part.role)).padEnd(COLUMNS.role);
  if (state === 'to-come') return [paint('dim', `  · ${name}${role}`)];
  const head = `  ${mark(pod, drawing)} ${name}${paint('cyan', role)}`;
  if (problem) return [`${head}${paint('yellow', 'waits:')}`, ...reason(problem, drawing)];
  return [`${head}${times(pod, paint)}  ${bar(pod, paint, cellsPerMs)}`];
}

function times({ minted, listening, token, corrected }: Progress, paint: Paint): string {
  const cell = (text: string) => text.padStart(COLUMNS.time);
  const way = cell(milliseconds(minted)) + cell(milliseconds(listening));
  const first = corrected ? 'once corrected'.padStart(way.length) : way;
  return `${paint('dim', first)}${paint('bold', cell(milliseconds(token)))}`;
}

function bar({ listening = 0, token, corrected }: Progress, paint: Paint, cellsPerMs: number) {
  if (token === undefined || corrected) return '';
  const whole = Math.max(1, Math.round(token * cellsPerMs));
  const first = Math.min(whole, Math.round(listening * cellsPerMs));
  return paint('cyan', '▇'.repeat(first)) + paint('green', '▇'.repeat(whole - first));
}

function mark({ state }: Progress, { paint, turn }: Drawing): string {
  if (state === 'served') return paint('green', '✔');
  if (state === 'failed') return paint('red', '✘');
  if (state === 'hindered') return paint('yellow', '!');
  return paint('cyan', SPINNER[turn % SPINNER.length] ?? '');
}

function reason(
  { message, remedy }: { message: string; remedy: string },
  { paint, width }: Drawing,
): string[] {
  const fit = (text: string) => {
    const room = width - INDENT - 3;
    return text.length > room ? `${text.slice(0, room - 1)}…` : text;
  };
  const indent = ' '.repeat(INDENT + 2);
  return [
    `${indent}${paint('yellow', fit(message))}`,
    `${indent}${paint('dim', fit(`→ ${remedy}`))}`,
  ];
}

export function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${Math.round(ms)} ms`;
}

/** The news since `before`, a line for each: for where nothing can be painted over. */
export function news(before: readonly Progress[], now: readonly Progress[]): string[] {
  return now.flatMap((pod, at) => newsOf(before[at], pod));
}

function newsOf(before: Progress | undefined, now: Progress): string[] {
  const name = `${now.part.namespace}/${now.part.name}`;
  const lines: string[] = [];
  if (before?.state === 'to-come' && now.state !== 'to-come')
    lines.push(`${name}: init container started`);
  if (now.problem && !before?.problem) {
    lines.push(`${name}: waits: ${now.problem.message}; to do: ${now.problem.remedy}`);
  }
  if (now.corrected && !before?.corrected) lines.push(`${name}: annotation corrected`);
  if (now.state === before?.state) return lines;
  if (now.state === 'failed') lines.push(`${name}: the init container failed`);
  if (now.state === 'served') {
    const way = `minted ${milliseconds(now.minted)}, listening ${milliseconds(now.listening)}`;
    lines.push(`${name}: token after ${milliseconds(now.token)} (${way})`);
  }
  return lines;
}
