import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDown } from '../../../quick-start/plan/down.ts';
import type { Kind } from '../../../quick-start/plan/names.ts';
import type { Kubectl } from '../../../quick-start/run/command.ts';
import { Trouble } from '../../../quick-start/run/trouble.ts';
import { FakeCluster } from './fake/fake-cluster.ts';
import { carriedOut, upPlan } from './run-plan.ts';

class Interrupted extends Error {}

/** What happens at the `at`th run of kubectl, counted from 0. */
type Accident = (
  kubectl: Kubectl,
  run: () => ReturnType<Kubectl['run']>,
) => ReturnType<Kubectl['run']>;

const before: Accident = () => Promise.reject(new Interrupted());
const behind: Accident = async (_kubectl, run) => {
  await run();
  throw new Interrupted();
};

function withAccident(kubectl: Kubectl, at: number, accident: Accident): Kubectl {
  let calls = 0;
  return {
    run(args, input) {
      const run = () => kubectl.run(args, input);
      return calls++ === at ? accident(kubectl, run) : run();
    },
  };
}

/** Carries the plan out with an accident, which may end it in any way that a person is told of. */
async function upWith(cluster: FakeCluster, kind: Kind, at: number, accident: Accident) {
  try {
    await carriedOut(upPlan(kind), withAccident(cluster, at, accident));
  } catch (error) {
    if (!(error instanceof Interrupted) && !(error instanceof Trouble)) throw error;
  }
}

async function callsOf(kind: Kind): Promise<number> {
  const cluster = new FakeCluster();
  await carriedOut(upPlan(kind), cluster);
  return cluster.calls.length;
}

function assertWell(cluster: FakeCluster, when: string): void {
  assert.ok(cluster.workloads.canMint(), `the controllers can do nothing ${when}`);
  assert.ok(cluster.workloads.haveLivingTokens(), `the apps have no tokens ${when}`);
  assert.ok(!cluster.workloads.vaults.has('external-ca'), `the external CA is left ${when}`);
}

for (const kind of ['plain', 'secured'] as const) {
  test(`${kind}: interrupted at any command, it arrives when it is run again`, async () => {
    const calls = await callsOf(kind);
    assert.ok(calls > 40, `only ${calls} commands`);
    for (let at = 0; at < calls; at++) {
      for (const accident of [before, behind]) {
        const cluster = new FakeCluster();
        await upWith(cluster, kind, at, accident);
        await carriedOut(upPlan(kind), cluster);
        assertWell(cluster, `${accident === before ? 'before' : 'behind'} command ${at}`);
      }
    }
  });

  test(`${kind}: when Vault forgets everything at any moment, it arrives when it is run again`, async () => {
    const calls = await callsOf(kind);
    for (let at = 0; at < calls; at++) {
      const cluster = new FakeCluster();
      await upWith(cluster, kind, at, (_kubectl, run) => {
        cluster.workloads.restartVault();
        return run();
      });
      await carriedOut(upPlan(kind), cluster);
      assertWell(cluster, `after Vault restarted before command ${at}`);
    }
  });

  test(`${kind}: whatever was made by any moment, down removes`, async () => {
    const calls = await callsOf(kind);
    for (let at = 0; at < calls; at++) {
      const cluster = new FakeCluster();
      await upWith(cluster, kind, at, behind);
      await carriedOut(planDown(), cluster);
      assert.deepEqual(cluster.objects.all(), [], `something is left of command ${at}`);
    }
  });

  test(`${kind}: interrupted at any command, down removes the rest when it is run again`, async () => {
    const whole = new FakeCluster();
    await carriedOut(upPlan(kind), whole);
    const calls = await carriedOut(planDown(), whole);
    for (let at = 0; at < calls; at++) {
      const cluster = new FakeCluster();
      await carriedOut(upPlan(kind), cluster);
      await assert.rejects(carriedOut(planDown(), withAccident(cluster, at, behind)), Interrupted);
      await carriedOut(planDown(), cluster);
      assert.deepEqual(cluster.objects.all(), [], `something is left behind command ${at}`);
    }
  });

  test(`${kind}: run again on what is whole, it changes nothing but by kubectl apply`, async () => {
    const cluster = new FakeCluster();
    await carriedOut(upPlan(kind), cluster);
    const first = cluster.calls.length;
    await carriedOut(upPlan(kind), cluster);
    const changing = cluster.calls
      .slice(first)
      .filter((call) => !/^(get|logs|kustomize)/.test(call));
    const looking =
      /-- bao (read|list|policy read|kv get|secrets list|auth list|write -format=json auth\/token\/lookup)/;
    assert.deepEqual(
      changing.filter((call) => !looking.test(call)),
      ['apply -f -', 'apply -f -'],
    );
  });
}
