import { type Clock, pause } from '../../src/base/clock.ts';
import { type Answer, type Command, type Kubectl, typed } from './command.ts';
import type { Screen } from './screen.ts';
import type { Action, Check, Plan, Step, Verdict, Wait } from './step.ts';
import { problemOf, refusedInside, Trouble } from './trouble.ts';

/** What a plan is carried out with. */
export interface Means {
  readonly kubectl: Kubectl;
  readonly screen: Screen;
  readonly clock: Clock;
  /** How long something may take to become as it should be. */
  readonly patienceMs: number;
}

const LOOK_AGAIN_MS = 1_000;
/** An image that is just being loaded, or a pod that is retried, still gets well in this time. */
const STUCK_FOR_MS = 30_000;

/**
 * Carries a plan out, step by step. What is done already is left as it is, so that a plan that was
 * interrupted anywhere can be carried out again.
 * @throws Trouble
 */
export async function carryOut(plan: Plan, means: Means): Promise<void> {
  for (const [index, step] of plan.entries()) {
    means.screen.step(index + 1, plan.length, step);
    await outlasting(means, () => carryOutStep(step, means));
  }
}

async function carryOutStep(step: Step, means: Means): Promise<void> {
  if (await isDone(step, means)) means.screen.outcome('already so');
  else if (step.kind === 'action') await act(step, means);
  else await waitFor(step, means);
}

/**
 * Begins anew for as long as patience lasts while it fails for something that passes: after a reboot
 * of its node a pod still counts as ready for a moment, and nothing in it can be run.
 */
async function outlasting(means: Means, attempt: () => Promise<void>): Promise<void> {
  const { screen, clock, patienceMs } = means;
  const end = clock.now() + patienceMs;
  for (let said = ''; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Trouble && error.problem.isPassing) || clock.now() >= end) throw error;
      const { what } = error.problem;
      if (what !== said) screen.progress(what);
      said = what;
      await pause(clock, LOOK_AGAIN_MS);
    }
  }
}

async function isDone({ unless = [] }: Step, means: Means): Promise<boolean> {
  for (const check of unless) if (await holds(check, means)) return true;
  return false;
}

async function holds(check: Check, { kubectl }: Means): Promise<boolean> {
  const outputs: string[] = [];
  for (const command of check.ask) {
    const answer = await run(kubectl, command, outputs.at(-1));
    if (refusedInside(answer)) return false;
    outputs.push(outputOf(command, answer));
  }
  return check.holds(...outputs);
}

async function act(step: Action, { kubectl, screen }: Means): Promise<void> {
  let before: string | undefined;
  for (const command of step.run) {
    before = outputOf(command, await run(kubectl, command, before));
  }
  screen.outcome('done');
}

async function waitFor(step: Wait, { kubectl, screen, clock, patienceMs }: Means): Promise<void> {
  const start = clock.now();
  let wellAt = start;
  let said = '';
  for (;;) {
    const verdict = await look(step, kubectl);
    const now = clock.now();
    if (verdict.kind === 'ready') return screen.outcome(verdict.note ?? 'ready');
    if (verdict.kind === 'failed') throw new Trouble(verdict.problem);
    if (verdict.kind === 'waiting') wellAt = now;
    else if (now - wellAt >= STUCK_FOR_MS) throw new Trouble(verdict.problem);
    const state = verdict.kind === 'waiting' ? verdict.for : verdict.problem.what;
    if (now - start >= patienceMs) throw new Trouble(tooLate(step, state, patienceMs));
    if (state !== said) screen.progress(state);
    said = state;
    await pause(clock, LOOK_AGAIN_MS);
  }
}

/** An API server that is away for a moment is waited for, too. */
async function look({ ask, judge }: Wait, kubectl: Kubectl): Promise<Verdict> {
  let outputs: string[];
  try {
    outputs = await outputsOf(ask, kubectl);
  } catch (error) {
    if (error instanceof Trouble) return { kind: 'stuck', problem: error.problem };
    throw error;
  }
  return judge(...outputs);
}

function tooLate({ title, byHand }: Wait, state: string, patienceMs: number) {
  const what = `"${title}" took more than ${patienceMs / 1000} s: ${state}`;
  const look = byHand.map((line) => `look for yourself: ${line}`);
  return { what, remedies: [...look, 'run this again, with --timeout SECONDS if it is only slow'] };
}

/** The outputs of commands that all must work. */
async function outputsOf(ask: readonly Command[], kubectl: Kubectl): Promise<string[]> {
  const outputs: string[] = [];
  for (const command of ask) {
    outputs.push(outputOf(command, await run(kubectl, command, outputs.at(-1))));
  }
  return outputs;
}

async function run(kubectl: Kubectl, { args, input }: Command, before = ''): Promise<Answer> {
  const given = input?.of(before);
  const answer = await kubectl.run(args, given);
  if (!input?.isSecret || given === undefined) return answer;
  return { ...answer, stderr: without(given, answer.stderr) };
}

/** Whatever is long enough to be a secret, or a part of one. */
function without(secret: string, text: string): string {
  const parts = secret.split(/[^\w+/=.-]+/).filter((part) => part.length >= 12);
  return parts.reduce((left, part) => left.replaceAll(part, '[secret]'), text);
}

function outputOf(command: Command, answer: Answer): string {
  if (answer.code === 0) return answer.stdout;
  const line = typed(command)[0] ?? `kubectl ${command.args.slice(0, 2).join(' ')} …`;
  throw new Trouble(problemOf(line, answer));
}
