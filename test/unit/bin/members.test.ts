import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { parseCommandLine } from '../../../src/bin/command-line/controller-cli.ts';
import { runMembers } from '../../../src/bin/command-line/members.ts';
import { serveMembers } from '../../../src/election/raft/members/serve-members.ts';
import { atTheEnd, CONFIG_ENVIRONMENT } from '../../support/config/config-text.ts';
import { aMember, aView } from '../../support/election/members.ts';

const CONFIG = { configName: 'kv.yml', configText: atTheEnd('') };

function parse(...args: string[]) {
  const readFile = (path: string) => `the text of ${path}`;
  return parseCommandLine(args, { environment: {}, version: '1.2.3', readFile });
}

for (const [args, output, configName] of [
  [[], 'table', 'kubernetes-vault.yml'],
  [['--output', 'json'], 'json', 'kubernetes-vault.yml'],
  [['-o', 'table', '-config=x.yml'], 'table', 'x.yml'],
] as const) {
  test(`kubernetes-vault members ${args.join(' ')} is understood`, () => {
    const configText = `the text of ${configName}`;
    const expected = { kind: 'members', command: { output }, configName, configText };
    assert.deepEqual(parse('members', ...args), expected);
  });
}

test('kubernetes-vault --config x.yml members reads x.yml', () => {
  const line = parse('--config', 'x.yml', 'members');
  assert.ok(line.kind === 'members');
  assert.equal(line.configName, 'x.yml');
});

for (const args of [['--output', 'xml'], ['all'], ['--pre']]) {
  test(`kubernetes-vault members ${args.join(' ')} is a mistake, with code 2`, () => {
    const line = parse('members', ...args);
    assert.ok(line.kind === 'exit' && line.code === 2, JSON.stringify(line));
  });
}

async function aRaftDir(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'members-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function raftConfig(raftDir: string) {
  const lines = `election: raft\ncluster: {insecure: true}\nraftDir: ${raftDir}`;
  return { ...CONFIG, configText: atTheEnd(lines) };
}

async function run(output: 'table' | 'json', source: typeof CONFIG) {
  const [printed, complained]: [string[], string[]] = [[], []];
  const code = await runMembers({ output }, source, {
    variables: CONFIG_ENVIRONMENT,
    clock: systemClock,
    print: (text) => printed.push(text),
    complain: (text) => complained.push(text),
  });
  return { code, printed: printed.join(''), complained: complained.join('') };
}

test('the members of the cluster are listed, for a person and for a program', async (t) => {
  const raftDir = await aRaftDir(t);
  using _ = await serveMembers({ raftDir, view: () => aView(aMember({ version: undefined })) });
  const table = await run('table', raftConfig(raftDir));
  assert.deepEqual([table.code, table.complained], [0, '']);
  assert.match(table.printed, /^cluster blue, epoch 2, term 7\n\nPOD .*\nkubernetes-vault-a /);
  const json = await run('json', raftConfig(raftDir));
  assert.equal(json.code, 0);
  const { members, ...cluster } = JSON.parse(json.printed);
  assert.deepEqual(cluster, { cluster: 'blue', epoch: 2, term: 7 });
  assert.deepEqual(members, [{ ...aMember(), version: null }]);
});

test('where no controller runs, that is said, with code 1', async (t) => {
  const { code, printed, complained } = await run('json', raftConfig(await aRaftDir(t)));
  assert.deepEqual([code, printed], [1, '']);
  assert.match(complained, /^kubernetes-vault: the controller does not tell of its members on /);
});

test('with the Lease election one line says how to see who leads, with code 1', async () => {
  assert.deepEqual(await run('table', CONFIG), {
    code: 1,
    printed: '',
    complained:
      'kubernetes-vault: with election: lease there is no list of members; who leads: kubectl get lease -n vault kubernetes-vault\n',
  });
});

test('a configuration that is wrong is told as at the start, with code 2', async () => {
  const { code, complained } = await run('table', { ...CONFIG, configText: 'x: 1' });
  assert.equal(code, 2);
  assert.match(complained, /^kv\.yml:1:1: /);
});
