import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { type Rig, ROOT, startRig } from './rig.ts';

let rig: Rig;
const folder = new ScratchFolder('by-hand');
before(async () => {
  rig = await startRig();
});
after(async () => {
  await rig[Symbol.asyncDispose]();
  folder.remove();
});

const page = readFileSync(join(ROOT, 'docs/guide/quick-start.md'), 'utf8');

/** The lines of the first block of commands after that text. */
function commandsAfter(text: string): readonly string[] {
  const block = page.split(text)[1]?.split('```sh\n')[1]?.split('```')[0] ?? '';
  return block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const KUBECTL = /^(?:cat (?<from>\S+) \| )?kubectl (?<words>.*?)(?: > (?<to>\S+))?$/;

/** Plays the shell, for the few forms that the guide has; files that are made are the test's own. */
async function type(line: string): Promise<void> {
  if (line.startsWith('rm ')) return rmSync(folder.file(line.slice(3)));
  const { from, words = '', to } = KUBECTL.exec(line)?.groups ?? {};
  const ownFile = (name: string) => (name.includes('/') ? join(ROOT, name) : folder.file(name));
  const input = from === undefined ? undefined : readFileSync(ownFile(from), 'utf8');
  const args = (words.match(/'[^']*'|\S+/g) ?? []).map((word) =>
    word
      .replace(/^'(.*)'$/, '$1')
      .replace(/^(deploy\/(?:quick-start|secured).*)/, `${ROOT}$1`)
      .replace(/^--from-file=(.*)/, (_all, name) => `--from-file=${name}=${folder.file(name)}`),
  );
  const { code, stdout, stderr } = await rig.kubectl.run(args, input);
  assert.equal(code, 0, `${line}\n${stderr}`);
  if (to !== undefined) writeFileSync(folder.file(to), stdout, { mode: 0o600 });
}

test('the commands of the guide, typed in their order, give five apps their tokens', async () => {
  const lines = commandsAfter('## By hand');
  assert.ok(lines.length > 25, lines.join('\n'));
  for (const line of lines) await type(line);
  assert.equal(rig.player.accessors.size, 5);
  const { code, printed } = await rig.run('up', '--yes');
  assert.equal(code, 0, printed);
  const again = printed.match(/^ {8}done$/gm) ?? [];
  assert.equal(again.length, 2, `what was done by hand is done for the program, too:\n${printed}`);
});

test('the commands of the guide take it away', async () => {
  for (const line of commandsAfter('To take it away:')) await type(line);
  const { printed } = await rig.run('status');
  assert.match(printed, /✗ the quick start is not installed here/);
});
