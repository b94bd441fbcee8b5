import type { Clock } from '../src/base/clock.ts';
import type { Request } from './command-line.ts';
import { findingLines, isWell, judgeState } from './look/judge-status.ts';
import { showResult } from './look/show-result.ts';
import { gatherState } from './look/status.ts';
import { planDown } from './plan/down.ts';
import { NAMESPACES } from './plan/names.ts';
import { planUp } from './plan/up.ts';
import { type Cluster, findCluster, requireRights } from './preflight.ts';
import { carryOut } from './run/carry-out.ts';
import type { Kubectl } from './run/command.ts';
import { linesOf, type Screen } from './run/screen.ts';
import type { Plan } from './run/step.ts';
import { Trouble } from './run/trouble.ts';

/** What the program works with. */
export interface World {
  /** The project's folder, ending in a separator. */
  readonly root: string;
  readonly kubectl: Kubectl;
  readonly screen: Screen;
  readonly clock: Clock;
  /** Asks the person in front of it; undefined where there is none. */
  readonly agree: ((question: string) => Promise<boolean>) | undefined;
}

/** Does what was asked for; the program's exit code. */
export async function perform(request: Request, world: World): Promise<number> {
  try {
    return await attempt(request, world);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    world.screen.problem(error.problem);
    return 1;
  }
}

async function attempt(request: Request, world: World): Promise<number> {
  const { screen, kubectl } = world;
  const plan = planOf(request, world);
  if (request.isDryRun) return show(plan, screen);
  const cluster = await findCluster(kubectl);
  screen.say(`Cluster: ${cluster.server} (context ${cluster.context})\n`);
  if (request.verb === 'status') return status(world);
  if (!request.isAgreed) await beAgreedWith(request, cluster, world);
  if (request.verb === 'up') await requireRights(kubectl, request.kind);
  await carryOut(plan, { kubectl, screen, clock: world.clock, patienceMs: request.timeoutMs });
  if (request.verb === 'down') {
    screen.say('\nNothing is left.');
    return 0;
  }
  await showResult(kubectl, screen);
  screen.say('\nTo see how it fares: `status` instead of `up`; to remove all of it: `down`.');
  return 0;
}

function planOf(request: Request, { root }: World): Plan {
  if (request.verb === 'status') return [];
  return request.verb === 'up' ? planUp({ ...request, root }) : planDown();
}

function show(plan: Plan, screen: Screen): number {
  for (const [index, step] of plan.entries()) {
    if (linesOf(step).length > 0) screen.step(index + 1, plan.length, step);
  }
  return 0;
}

async function status({ kubectl, screen, clock }: World): Promise<number> {
  const findings = judgeState(await gatherState(kubectl), clock.wallClock());
  screen.say(findingLines(findings).join('\n'));
  return isWell(findings) ? 0 : 1;
}

async function beAgreedWith(request: Request, cluster: Cluster, world: World): Promise<void> {
  const deed = request.verb === 'up' ? 'make and fill' : 'remove';
  const question = `This will ${deed} the namespaces ${NAMESPACES.join(', ')} there. Go on?`;
  if (world.agree === undefined) {
    const remedies = ['say so beforehand: --yes', 'see what would be done: --dry-run'];
    throw new Trouble({ what: `there is nobody to ask: ${question}`, remedies });
  }
  if (await world.agree(question)) return;
  const what = `nothing was changed in ${cluster.server}`;
  throw new Trouble({ what, remedies: ['choose another cluster: --context NAME'] });
}
