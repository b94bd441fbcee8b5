import type { Progress } from './progress.ts';
import type { Member } from './reign.ts';
import { milliseconds, type Paint } from './view.ts';

/** What came of the pods, in lines. */
export function podSummary(pods: readonly Progress[], paint: Paint): string[] {
  const served = pods.filter(({ state }) => state === 'served');
  const times = served
    .filter(({ corrected }) => !corrected)
    .flatMap(({ token }) => (token === undefined ? [] : [token]))
    .sort((a, b) => a - b);
  const [median, slowest] = [times[Math.floor((times.length - 1) / 2)], times.at(-1)];
  const count = `${served.length} of ${pods.length} pods have their token`;
  const all = served.length === pods.length;
  const figures = `p50 ${milliseconds(median)}, slowest ${milliseconds(slowest)}`;
  return [
    all ? paint('green', `✔ ${count}`) : paint('red', `✘ ${count}`),
    `  ${figures}, from the start of the init container to its token`,
  ];
}

/** What came of the kill, in lines. */
export function takeoverSummary(members: readonly Member[], paint: Paint): string[] {
  const killed = members.find(({ state }) => state === 'killed')?.name ?? 'the one that acted';
  const heir = members.find(({ tookOverAfterMs }) => tookOverAfterMs !== undefined);
  if (heir === undefined) return [paint('red', `✘ nobody has taken over from ${killed}`)];
  const { name, tookOverAfterMs } = heir;
  return [
    paint('green', `✔ ${name} took over ${tookOverAfterMs} ms after ${killed} was killed`),
    "  from the SIGKILL to its heir's “acts from now on”",
  ];
}

/** A token file as it may be shown: its secrets cut short. */
export function shortened(tokenFile: string): string {
  const { clientToken, accessor, ...rest } = JSON.parse(tokenFile);
  const short = {
    clientToken: `${String(clientToken).slice(0, 6)}…`,
    accessor: `${String(accessor).slice(0, 6)}…`,
    ...rest,
  };
  return JSON.stringify(short, undefined, 2);
}
