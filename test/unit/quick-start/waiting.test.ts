import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRollout, workloadOf } from '../../../quick-start/look/workload.ts';
import { rollout } from '../../../quick-start/plan/workloads.ts';
import type { Answer, Kubectl } from '../../../quick-start/run/command.ts';
import { lineScreen } from '../../../quick-start/run/screen.ts';
import type { Plan } from '../../../quick-start/run/step.ts';
import { Trouble } from '../../../quick-start/run/trouble.ts';
import { carriedOut } from './run-plan.ts';

interface Shape {
  readonly ready?: number;
  readonly total?: number;
  readonly observedGeneration?: number;
  readonly waiting?: string;
  readonly image?: string;
  readonly refusal?: string;
}

/** What kubectl says of a Deployment of 3 and its pods. */
function found({
  ready = 0,
  total = 3,
  observedGeneration = 2,
  waiting,
  image,
  refusal,
}: Shape): string {
  const conditions = refusal ? [{ type: 'ReplicaFailure', status: 'True', message: refusal }] : [];
  const counts = { replicas: total, updatedReplicas: 3, availableReplicas: ready };
  const state = waiting ? { waiting: { reason: waiting } } : {};
  const containers = [{ name: 'app', image: image ?? 'x:1', restartCount: 0, state }];
  const items = [
    {
      kind: 'Deployment',
      metadata: { name: 'app', generation: 2 },
      spec: { replicas: 3 },
      status: { observedGeneration, ...counts, conditions },
    },
    {
      kind: 'Pod',
      metadata: { name: 'app-1' },
      status: { phase: 'Pending', containerStatuses: containers },
    },
  ];
  return JSON.stringify({ items });
}

const judge = (shape: Shape) => judgeRollout(workloadOf(found(shape)), 'ns');

test('a rollout is over when every pod is of the new template and available, and none is left over', () => {
  assert.deepEqual(judge({ ready: 3 }), { kind: 'ready', note: '3 of 3 are ready' });
  assert.deepEqual(judge({ ready: 2 }), { kind: 'waiting', for: '2 of 3 are ready' });
  assert.equal(judge({ ready: 3, observedGeneration: 1 }).kind, 'waiting');
  assert.equal(judge({ ready: 3, total: 4 }).kind, 'waiting');
  assert.equal(judgeRollout(workloadOf(), 'ns').kind, 'waiting');
});

const remediesOf = (shape: Shape) => {
  const verdict = judge(shape);
  assert.ok(verdict.kind === 'stuck', JSON.stringify(verdict));
  return verdict.problem.remedies.join('\n');
};

test('an image that cannot be pulled is stuck, and it is said how to build, load or name it', () => {
  const ours = { waiting: 'ImagePullBackOff', image: 'local/kubernetes-vault-init:1.2.3' };
  const remedies = remediesOf(ours);
  for (const part of [
    'make images',
    'dist/images/kubernetes-vault-init.tar',
    'kind load',
    'minikube',
    '--image-prefix',
  ]) {
    assert.ok(remedies.includes(part), `${part} is not in:\n${remedies}`);
  }
  assert.match(
    remediesOf({ waiting: 'ErrImagePull', image: 'openbao/openbao:2' }),
    /--vault-image/,
  );
});

test('a container that crashes is stuck, and it is said where to look', () => {
  assert.match(
    remediesOf({ waiting: 'CrashLoopBackOff' }),
    /kubectl logs -n ns app-1 -c app --previous/,
  );
});

test('pods that the cluster refuses are stuck, with its reason, and what OpenShift needs', () => {
  const refused = judge({ refusal: 'exceeded quota: few' });
  assert.ok(refused.kind === 'stuck' && refused.problem.what.includes('exceeded quota: few'));
  const scc = 'unable to validate against any security context constraint';
  assert.match(remediesOf({ refusal: scc }), /oc adm policy/);
});

/** Says the first of these, then the next; the last one for ever. */
function saying(...outputs: readonly string[]): Kubectl {
  const left = [...outputs];
  const answer = (stdout: string): Answer => ({ code: 0, stdout, stderr: '' });
  return { run: async () => answer((left.length > 1 ? left.shift() : left[0]) ?? '') };
}

const plan = [rollout('ns', 'app', 'Wait for it', 'it is needed')];

async function troubleOf(kubectl: Kubectl): Promise<Trouble> {
  try {
    await carriedOut(plan, kubectl);
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it found nothing wrong' });
}

test('what gets well by itself soon enough is waited for', async () => {
  const pulling = found({ waiting: 'ErrImagePull' });
  let printed = '';
  const screen = lineScreen((text) => {
    printed += text;
  }, '/');
  const kubectl = saying(
    pulling,
    pulling,
    found({ ready: 1 }),
    found({ ready: 1 }),
    found({ ready: 3 }),
  );
  await carriedOut(plan, kubectl, screen);
  assert.match(printed, /cannot get the image.*\n.*… 1 of 3 are ready\n +3 of 3 are ready/);
});

test('what stays stuck is given up before patience is at its end, with what to do', async () => {
  const { problem } = await troubleOf(saying(found({ waiting: 'ImagePullBackOff' })));
  assert.match(problem.what, /cannot get the image x:1 \(ImagePullBackOff\)/);
});

test('what takes too long is given up, with its last state and where to look', async () => {
  const { problem } = await troubleOf(saying(found({ ready: 2 })));
  assert.match(problem.what, /"Wait for it" took more than 60 s: 2 of 3 are ready/);
  assert.match(
    problem.remedies.join('\n'),
    /kubectl rollout status -n ns deployment\/app\n.*--timeout/,
  );
});

/** Fails so many times, then says this for ever. */
function failing(times: number, then: string): Kubectl {
  let left = times;
  const away = { code: 1, stdout: '', stderr: 'Unable to connect to the server: EOF' };
  return { run: async () => (left-- > 0 ? away : { code: 0, stdout: then, stderr: '' }) };
}

test('an API server that is away for a moment is waited for, and one that stays away is told', async () => {
  await carriedOut(plan, failing(5, found({ ready: 3 })));
  const { problem } = await troubleOf(failing(1_000, found({ ready: 3 })));
  assert.match(problem.what, /Unable to connect/);
  assert.match(problem.remedies.join(' '), /kubectl cluster-info/);
});

const setting: Plan = [
  { kind: 'action', title: 'Set it up', why: 'it is needed', run: [{ args: ['exec', 'pod'] }] },
];

/** What `kubectl exec` says of a pod that still counts as ready after a reboot of its node. */
const notBackYet = {
  'its container is not there':
    'error: unable to upgrade connection: container not found ("vault")',
  'its node cannot be asked': 'Error from server: error dialing backend: EOF',
  'its log cannot be read':
    'Error from server: Get "https://10.0.0.1:10250/containerLogs/vault": dial tcp 10.0.0.1:10250: connect: connection refused',
  'the server in it does not listen':
    'Get "http://127.0.0.1:8200/v1/sys/mounts": dial tcp 127.0.0.1:8200: connect: connection refused\ncommand terminated with exit code 2',
};

for (const [state, stderr] of Object.entries(notBackYet)) {
  test(`a pod is waited for where ${state}, and given up when it does not come back`, async () => {
    let left = 5;
    const kubectl = (times: number): Kubectl => {
      left = times;
      return { run: async () => ({ code: left-- > 0 ? 1 : 0, stdout: '', stderr }) };
    };
    assert.equal(await carriedOut(setting, kubectl(5)), 6);
    await assert.rejects(carriedOut(setting, kubectl(1_000)), Trouble);
    assert.ok(left > 0, 'it never gave up');
  });
}

test('what the cluster or Vault refuses is told at once', async () => {
  for (const stderr of [
    'Error from server (Forbidden): pods "vault" is forbidden',
    'permission denied\ncommand terminated with exit code 2',
    'dial tcp 127.0.0.1:6443: connect: connection refused',
  ]) {
    let runs = 0;
    const run = async () => ({ code: ++runs, stdout: '', stderr });
    await assert.rejects(carriedOut(setting, { run }), Trouble);
    assert.equal(runs, 1, stderr);
  }
});
