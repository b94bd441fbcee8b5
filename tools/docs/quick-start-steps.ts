import { planUp } from '../../quick-start/plan/up.ts';
import { linesOf } from '../../quick-start/run/screen.ts';
import type { Step } from '../../quick-start/run/step.ts';
import { replacePart } from './replace-part.ts';

const unchanged = { imagePrefix: undefined, vaultImage: undefined, cli: 'bao' } as const;

/** The guide to the quick start, with what the program does, as a person would type it. */
export function withSteps(page: string): string {
  const plan = planUp({ kind: 'plain', root: '', ...unchanged });
  const parts = plan.filter(({ isRepair }) => !isRepair).map(block);
  return replacePart(page, 'by hand', `\`\`\`sh\n${parts.join('\n\n')}\n\`\`\``);
}

function block(step: Step): string {
  return [`# ${step.title}: ${step.why}`, ...linesOf(step)].join('\n');
}
