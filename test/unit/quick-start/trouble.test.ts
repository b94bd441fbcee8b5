import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kubectl } from '../../../quick-start/run/command.ts';
import { spawnKubectl } from '../../../quick-start/run/spawn-kubectl.ts';
import {
  KubectlMissing,
  problemOf,
  refusedInside,
  Trouble,
} from '../../../quick-start/run/trouble.ts';
import { carriedOut } from './run-plan.ts';

const words: Readonly<Record<string, readonly [stderr: string, remedy: RegExp]>> = {
  'no cluster': [
    'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    /kubectl cluster-info/,
  ],
  'a name that nobody knows': [
    'Unable to connect to the server: dial tcp: lookup kube.example on 10.0.0.1:53: no such host',
    /kubectl cluster-info/,
  ],
  'a context that does not exist': ['error: context "x" does not exist', /get-contexts/],
  'a login that is over': [
    'error: You must be logged in to the server (Unauthorized)',
    /log in to the cluster again/,
  ],
  'too few rights': [
    'Error from server (Forbidden): namespaces is forbidden: User "eve" cannot create resource "namespaces"',
    /cluster admin/,
  ],
  'another command line in the image': [
    'error: exec failed: unable to start container process: exec: "bao": executable file not found in $PATH',
    /--vault-cli/,
  ],
  'a pod that went away': [
    'Error from server (NotFound): pods "vault-1" not found',
    /run this again/,
  ],
  'anything else': ['error: something new', /run this again/],
};

for (const [name, [stderr, remedy]] of Object.entries(words)) {
  test(`of ${name}, kubectl's own words are told, and what helps`, () => {
    const { what, remedies } = problemOf('kubectl x', { code: 1, stdout: '', stderr });
    assert.ok(what.includes(stderr));
    assert.match(remedies.join('\n'), remedy);
  });
}

test('what Vault refuses is told from what keeps kubectl from asking it', () => {
  const answer = (stderr: string) => ({ code: 2, stdout: '', stderr });
  assert.equal(refusedInside(answer('No value found\ncommand terminated with exit code 2')), true);
  assert.equal(refusedInside(answer('command terminated with exit code 127')), false);
  assert.equal(refusedInside(answer('error: unable to upgrade connection')), false);
  assert.equal(refusedInside({ ...answer('command terminated with exit code 2'), code: 0 }), false);
});

test('without kubectl it is said how to come to it', async () => {
  const kubectl = spawnKubectl('/nonexistent/kubectl', undefined);
  await assert.rejects(kubectl.run(['version']), (error) => {
    assert.ok(error instanceof KubectlMissing);
    assert.match(error.problem.remedies.join('\n'), /tasks\/tools.*\n.*--kubectl/);
    return true;
  });
});

test('kubectl gets its words as they are, the context, and its input, and no shell reads them', async () => {
  const script = `
    const chunks = [];
    process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      console.log(JSON.stringify([process.argv.slice(1), Buffer.concat(chunks).toString()]));
      console.error('said aloud');
      process.exitCode = 3;
    });`;
  const node = spawnKubectl(process.execPath, undefined);
  const odd = 'a b \'c\' $HOME ; rm * "d" \\';
  const answer = await node.run(['-e', script, '--', odd], 'the input');
  assert.deepEqual(JSON.parse(answer.stdout), [[odd], 'the input']);
  assert.deepEqual([answer.code, answer.stderr], [3, 'said aloud\n']);
  const withContext = await spawnKubectl(process.execPath, 'there').run([]);
  assert.match(withContext.stderr, /--context/);
});

test('what ended kubectl is told where it could not say so itself', async () => {
  const program = (script: string, longestMs?: number) =>
    spawnKubectl(process.execPath, undefined, longestMs).run(['-e', script]);
  const killed = await program("process.kill(process.pid, 'SIGKILL')");
  assert.deepEqual([killed.code, killed.stdout], [1, '']);
  assert.match(killed.stderr, /node was ended by SIGKILL, from outside$/);
  const hung = await program('setInterval(() => undefined, 1_000)', 50);
  assert.match(hung.stderr, /node was ended by SIGTERM, because it took more than 0.05 s$/);
});

test('an input that is secret stands in no error message', async () => {
  const secret = 's.AVeryLongAndSecretToken';
  const kubectl: Kubectl = {
    run: async (args, input) =>
      args[0] === 'make'
        ? { code: 0, stdout: secret, stderr: '' }
        : { code: 1, stdout: '', stderr: `cannot read ${input}` },
  };
  const of = (before: string) => JSON.stringify({ token: before });
  const keep = { args: ['keep'], input: { of, isSecret: true, shown: 'cat token' } } as const;
  const run = [{ args: ['make'] }, keep];
  const plan = [{ kind: 'action', title: 'Keep it', why: 'it is secret', run } as const];
  await assert.rejects(carriedOut(plan, kubectl), (error) => {
    assert.ok(error instanceof Trouble);
    assert.match(error.problem.what, /cannot read .*\[secret\]/);
    assert.ok(!error.problem.what.includes(secret));
    return true;
  });
});
