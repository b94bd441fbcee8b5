import type { Member } from './reign.ts';
import type { Paint } from './view.ts';

/** A line for each controller: which acts, and what became of the others. */
export function controllerRows(members: readonly Member[], paint: Paint): string[] {
  return members.map((member) => {
    const { name, state } = member;
    if (state === 'killed') return `  ${paint('red', `✝ ${name} was killed`)}`;
    if (state === 'stands-by') return paint('dim', `  ○ ${name} stands by`);
    return `  ${paint('green', '●')} ${name} ${paint('green', inWords(member))}`;
  });
}

/** The news since `before`, a line for each: for where nothing can be painted over. */
export function controllerNews(before: readonly Member[], now: readonly Member[]): string[] {
  return now.flatMap((member, at) => {
    const { name, state } = member;
    if (state === before[at]?.state) return [];
    if (state === 'killed') return [`✝ ${name} was killed`];
    return state === 'acts' ? [`● ${name} ${inWords(member)}`] : [];
  });
}

function inWords({ tookOverAfterMs }: Member): string {
  return tookOverAfterMs === undefined ? 'acts' : `has taken over, ${tookOverAfterMs} ms later`;
}
