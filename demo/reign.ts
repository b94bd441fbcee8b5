import type { LogLine } from '../test/support/installation/controller.ts';

/** What one of several controllers is about. */
export interface Member {
  readonly name: string;
  readonly state: 'acts' | 'stands-by' | 'killed';
  /** It has taken over from the one that was killed: so many milliseconds after that. */
  readonly tookOverAfterMs: number | undefined;
}

/** Which controller was killed, and when: milliseconds since the Unix epoch. */
export interface Kill {
  readonly name: string;
  readonly at: number;
}

/** What the controllers' logs tell about who acts. */
export function members(
  controllers: readonly { readonly name: string; readonly log: readonly LogLine[] }[],
  kill: Kill | undefined,
): Member[] {
  return controllers.map(({ name, log }) => {
    if (name === kill?.name) return { name, state: 'killed', tookOverAfterMs: undefined };
    const terms = log.filter(({ msg }) =>
      /^this controller acts (from now on|no longer)/.test(msg),
    );
    const acts = terms.at(-1)?.msg.startsWith('this controller acts from now on') === true;
    const began = acts ? Date.parse(String(terms.at(-1)?.['time'])) : Number.NaN;
    const after = kill === undefined ? Number.NaN : began - kill.at;
    const tookOverAfterMs = after >= 0 ? after : undefined;
    return { name, state: acts ? 'acts' : 'stands-by', tookOverAfterMs };
  });
}
