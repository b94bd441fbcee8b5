import { join, sep } from 'node:path';
import type { Kind } from '../../../quick-start/plan/names.ts';
import { planUp } from '../../../quick-start/plan/up.ts';
import { carryOut } from '../../../quick-start/run/carry-out.ts';
import type { Kubectl } from '../../../quick-start/run/command.ts';
import { lineScreen, type Screen } from '../../../quick-start/run/screen.ts';
import type { Plan } from '../../../quick-start/run/step.ts';
import type { Clock } from '../../../src/base/clock.ts';

export const ROOT = join(import.meta.dirname, '../../..') + sep;

/** The plan `up`, as the manifests have everything. */
export function upPlan(kind: Kind): Plan {
  const choice = { kind, root: ROOT, imagePrefix: undefined, vaultImage: undefined };
  return planUp({ ...choice, cli: 'bao' });
}

/** On which waiting takes no time. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    wallClock: () => now,
    callAt(at, wake) {
      now = Math.max(now, at);
      queueMicrotask(wake);
      return () => undefined;
    },
  };
}

/** Carries a plan out; how many runs of kubectl that took. */
export async function carriedOut(plan: Plan, kubectl: Kubectl, screen = silent): Promise<number> {
  let runs = 0;
  const counted: Kubectl = {
    run(args, input) {
      runs++;
      return kubectl.run(args, input);
    },
  };
  const means = { kubectl: counted, screen, clock: hastyClock(), patienceMs: 60_000 };
  await carryOut(plan, means);
  return runs;
}

const silent: Screen = lineScreen(() => undefined, ROOT);
