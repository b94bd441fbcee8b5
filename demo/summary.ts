import type { Progress } from './progress.ts';
import { milliseconds, type Paint } from './view.ts';

/** What came of it, in lines. */
export function summary(pods: readonly Progress[], paint: Paint): string[] {
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
