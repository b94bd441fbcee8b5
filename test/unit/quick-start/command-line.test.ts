import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { HELP, readCommandLine, UsageError } from '../../../quick-start/command-line.ts';
import { ROOT } from './run-plan.ts';

const read = (line: string, env = {}) => {
  const request = readCommandLine(line.split(' '), env);
  assert.ok(typeof request === 'object', `${line} is a request`);
  return request;
};

test('what is not said has the values of the help', () => {
  const { verb, kind, context, imagePrefix, vaultImage, cli, timeoutMs, kubectl } = read('up');
  assert.deepEqual(
    [verb, kind, context, imagePrefix, vaultImage, cli, timeoutMs, kubectl],
    ['up', 'plain', undefined, undefined, undefined, 'bao', 180_000, 'kubectl'],
  );
  assert.equal(read('down').isAgreed, false);
});

test('every option of the help is read', () => {
  const options = [...HELP.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  assert.ok(options.length > 8);
  const line =
    'up --secured --context c --image-prefix local/ --vault-image v --vault-cli vault --timeout 9 --kubectl k --dry-run --yes';
  for (const option of options) assert.ok(`${line} --help`.includes(`--${option}`), option);
  const request = read(line);
  assert.equal(request.kind, 'secured');
  assert.equal(request.imagePrefix, 'local');
  assert.deepEqual([request.timeoutMs, request.kubectl], [9_000, 'k']);
  assert.deepEqual([request.isDryRun, request.isAgreed], [true, true]);
  assert.equal(read('up', { KUBECTL: '/bin/k' }).kubectl, '/bin/k');
});

const clis: Readonly<Record<string, string>> = {
  'openbao/openbao:2.7.2': 'bao',
  'local/openbao:e2e': 'bao',
  'hashicorp/vault:1.21': 'vault',
  vault: 'vault',
  'registry/hashicorp/vault@sha256:0': 'vault',
  'hashicorp/vault-enterprise:1.21-ent': 'vault',
};

for (const [image, cli] of Object.entries(clis)) {
  test(`in the image ${image}, Vault's command line is ${cli}`, () => {
    assert.equal(read(`up --vault-image ${image}`).cli, cli);
  });
}

for (const line of [
  '',
  'upp',
  'up down',
  'up --secure',
  'up --timeout soon',
  'up --vault-cli sh',
]) {
  test(`"${line}" is a mistake that is told`, () => {
    assert.throws(() => readCommandLine(line.split(' ').filter(Boolean), {}), UsageError);
  });
}

const entry = join(ROOT, 'quick-start/quick-start.mjs');

function runEntry(args: readonly string[], version?: string) {
  const versions = `{value: {...process.versions, node: '${version}'}}`;
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',${encodeURIComponent(versions)})`;
  const before = version === undefined ? [] : ['--import', pretend];
  return spawnSync(process.execPath, [...before, entry, ...args], { encoding: 'utf8' });
}

for (const version of ['18.20.8', '20.20.2', '22.17.1']) {
  test(`Node ${version} is told in one line that it is too old`, () => {
    const { status, stderr } = runEntry(['up'], version);
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(`^The quick start needs Node.js 22.18 .* this is ${version}: .*\n$`),
    );
  });
}

test('Node 22.18 goes on to the program, which shows its help, and its mistakes with exit code 2', () => {
  assert.equal(runEntry(['--help'], '22.18.0').stdout, HELP);
  const { status, stderr } = runEntry(['upp']);
  assert.equal(status, 2);
  assert.match(stderr, /"upp" is not up, status or down\n\nKubernetes-Vault/);
});

test('without kubectl the program ends at once, with what to do', () => {
  const args = [entry, 'status', '--kubectl', join(ROOT, 'no-such-kubectl')];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 30_000,
  });
  assert.equal(status, 1);
  assert.match(stdout, /✗ .*no-such-kubectl cannot be started.*\n {2}→ install kubectl/);
});
