import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Request, readCommandLine } from '../../../quick-start/command-line.ts';
import { perform } from '../../../quick-start/perform.ts';
import type { Answer, Kubectl } from '../../../quick-start/run/command.ts';
import { lineScreen } from '../../../quick-start/run/screen.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { FakeCluster } from './fake/fake-cluster.ts';
import { ROOT } from './run-plan.ts';

const output = (stdout: string): Answer => ({ code: 0, stdout, stderr: '' });

const config = {
  'current-context': 'kind-test',
  clusters: [{ cluster: { server: 'https://127.0.0.1:1' } }],
};

/** A cluster with what a person looks at first. @param denied the rights that one has not */
function withFront(cluster: FakeCluster, denied: RegExp): Kubectl {
  return {
    async run(args, input) {
      const line = args.join(' ');
      if (line.startsWith('config view')) return output(JSON.stringify(config));
      if (line.startsWith('version')) return output('{}');
      if (line.startsWith('auth can-i')) return output(denied.test(line) ? 'no' : 'yes');
      if (line.startsWith('describe'))
        return output('Name: x\nEvents:\n  Normal  VaultSecretDelivered');
      return cluster.run(args, input);
    },
  };
}

interface Circumstances {
  readonly denied?: RegExp;
  readonly agree?: (question: string) => Promise<boolean>;
  readonly cluster?: FakeCluster;
}

async function run(line: string, circumstances: Circumstances = {}) {
  const { denied = /^$/, agree, cluster = new FakeCluster() } = circumstances;
  let printed = '';
  const screen = lineScreen((text) => {
    printed += text;
  }, ROOT);
  const request = readCommandLine(line.split(' '), {}) as Request;
  const kubectl = withFront(cluster, denied);
  const code = await perform(request, {
    root: ROOT,
    kubectl,
    screen,
    clock: virtualClock(),
    agree,
  });
  return { code, printed, cluster };
}

test('before anything is changed, it says in which cluster, and asks', async () => {
  const questions: string[] = [];
  const agree = async (question: string) => {
    questions.push(question);
    return false;
  };
  for (const verb of ['up', 'down']) {
    const { code, printed, cluster } = await run(verb, { agree });
    assert.equal(code, 1);
    assert.match(printed, /^Cluster: https:\/\/127\.0\.0\.1:1 \(context kind-test\)/);
    assert.match(printed, /✗ nothing was changed/);
    assert.deepEqual(cluster.calls, []);
  }
  assert.match(
    questions[0] ?? '',
    /make and fill the namespaces vault, kubernetes-vault, sample-app/,
  );
  assert.match(questions[1] ?? '', /remove the namespaces/);
});

test('where there is nobody to ask, nothing is done without --yes', async () => {
  const { code, printed, cluster } = await run('up');
  assert.equal(code, 1);
  assert.match(printed, /nobody to ask.*\n.*--yes/);
  assert.deepEqual(cluster.calls, []);
});

test('rights that are missing are told, all at once, before anything is begun', async () => {
  const denied = /namespaces|clusterroles/;
  const plain = await run('up --yes', { denied });
  assert.match(plain.printed, /✗ you may not do what this takes: create namespaces\n/);
  const secured = await run('up --secured --yes', { denied });
  assert.match(secured.printed, /create namespaces, create clusterroles\S+\n.*--context/);
  assert.deepEqual([...plain.cluster.calls, ...secured.cluster.calls], []);
});

test('up ends with what the Events and the log of a pod say', async () => {
  const { code, printed } = await run('up --yes');
  assert.equal(code, 0, printed);
  assert.match(
    printed,
    /kubectl describe pod -n sample-app sample-app-\S+\n…\nEvents:\n.*VaultSecretDelivered/,
  );
  assert.match(printed, /kubectl logs -n sample-app sample-app-\S+\n.*Accessor:/);
});

test('up shows each step, why, the command, and what came of it', async () => {
  const { printed } = await run('up --yes');
  const step =
    /\[ ?\d+\/\d+\] Enable the AppRole auth method: pods log in by it\n {8}\$ kubectl exec -n vault deploy\/vault -- bao auth enable approle\n {8}done\n/;
  assert.match(printed, step);
  const { cluster } = await run('up --yes');
  assert.match(
    (await run('up --yes', { cluster })).printed,
    /auth enable approle\n {8}already so\n/,
  );
});

test('a dry run shows every command and asks the cluster nothing', async () => {
  for (const line of ['up --dry-run', 'up --secured --dry-run', 'down --dry-run']) {
    const { code, printed, cluster } = await run(line);
    assert.equal(code, 0);
    assert.ok((printed.match(/\$ kubectl /g) ?? []).length >= 4, printed);
    assert.deepEqual(cluster.calls, []);
  }
});

test('the exit code of status says whether all is well', async () => {
  const { code, printed } = await run('status');
  assert.equal(code, 1);
  assert.match(printed, /✗ the quick start is not installed here/);
});
