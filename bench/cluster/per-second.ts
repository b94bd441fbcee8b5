/** What a controller and its link have counted by some time (ms). */
export interface Count {
  readonly name: string;
  readonly at: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

/** CPU time (ms) and bytes in a second: of the one that acts, and the mean of all others. */
export interface AtRest {
  readonly leader: Rate;
  readonly follower: Rate;
}

export interface Rate {
  readonly cpuMs: number;
  readonly bytes: number;
}

/** @param before and after: of the same controllers, in the same order */
export function perSecond(
  before: readonly Count[],
  after: readonly Count[],
  leader: string,
): AtRest {
  const rates = after.map((end, at) => ({ name: end.name, ...rateOf(before[at] ?? end, end) }));
  const ofLeader = rates.filter(({ name }) => name === leader);
  const ofOthers = rates.filter(({ name }) => name !== leader);
  return { leader: mean(ofLeader), follower: mean(ofOthers) };
}

function rateOf(begin: Count, end: Count): Rate {
  const seconds = (end.at - begin.at) / 1_000;
  return {
    cpuMs: (end.cpuMs - begin.cpuMs) / seconds,
    bytes: (end.bytes - begin.bytes) / seconds,
  };
}

function mean(rates: readonly Rate[]): Rate {
  const sum = (of: (rate: Rate) => number) => rates.reduce((all, rate) => all + of(rate), 0);
  return {
    cpuMs: sum(({ cpuMs }) => cpuMs) / rates.length,
    bytes: sum(({ bytes }) => bytes) / rates.length,
  };
}
