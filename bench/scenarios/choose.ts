import { type Options, UsageError } from '../options.ts';
import { burst } from './burst.ts';
import { failover } from './failover.ts';
import { idle } from './idle.ts';
import { initStart } from './init-start.ts';
import type { Scenario } from './scenario.ts';
import { trickle } from './trickle.ts';

type Choice = Pick<Options, 'only' | 'quick' | 'subject'>;

/**
 * The scenarios that the options ask for, in the order in which they run.
 * @throws UsageError for a name that no scenario has
 */
export function chooseScenarios({ only, quick, subject }: Choice): Scenario[] {
  const scenarios = quick ? quickScenarios() : wholeScenarios();
  const all = scenarios.filter(({ withoutFloor }) => !(withoutFloor && subject === 'floor'));
  const names = all.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no scenario is called ${unknown}; there are ${names.join(', ')}`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

function wholeScenarios(): Scenario[] {
  return [initStart, trickle(200), burst(1_000), burst(5_000), idle(5_000, 30), failover];
}

function quickScenarios(): Scenario[] {
  return [initStart, trickle(30), burst(1_000), idle(500, 5), failover];
}
