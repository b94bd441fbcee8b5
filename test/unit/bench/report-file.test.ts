import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Section } from '../../../bench/report/document.ts';
import { openReport } from '../../../bench/report/report-file.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  file = join(folder, 'benchmarks.md');
});
afterEach(() => rmSync(folder, { recursive: true }));

function sectionOf(title: string, commit: string): Section {
  const scenario = { name: title.toLowerCase(), title, method: 'As ever.' };
  return { scenario, runs: 1, commit, load: 0, lines: [] };
}

const reportOf = (...sections: Section[]) => ({ setting: [['cores', '2']] as const, sections });
/** Title and commit of each section that the file has. */
const held = () =>
  [...readFileSync(file, 'utf8').matchAll(/^## (\w+)\n[\s\S]*?at commit (\w+)/gm)].map(
    ([, title, commit]) => `${title} ${commit}`,
  );

test('what is measured is written at once, beside what the file had of other scenarios', () => {
  const first = [sectionOf('Burst', 'old'), sectionOf('Idle', 'old'), sectionOf('Gone', 'old')];
  openReport(file).write(reportOf(...first), true);
  const report = openReport(file);
  const [burst, idle] = [sectionOf('Burst', 'new'), sectionOf('Idle', 'new')];
  report.write(reportOf(burst), false);
  assert.deepEqual(held(), ['Burst new', 'Idle old', 'Gone old']);
  report.write(reportOf(burst, idle), true);
  assert.deepEqual(held(), ['Burst new', 'Idle new']);
});

test('a file that there was not is whole after each scenario', () => {
  const report = openReport(file);
  report.write(reportOf(sectionOf('Burst', 'new')), false);
  report.write({ ...reportOf(sectionOf('Burst', 'new')), setting: [['etcd', '3']] }, false);
  assert.deepEqual(held(), ['Burst new']);
  assert.match(readFileSync(file, 'utf8'), /\| etcd \| 3 \|/);
});
