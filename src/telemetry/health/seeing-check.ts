import type { Check, CheckState } from './check.ts';

/** Whether something has been seen, and nothing fails of what it takes to see it. */
export interface SeeingCheck<Work extends string> extends Check {
  /** It has been seen, and stays good until something fails. */
  seen(): void;
  /** Why that work fails, in words for people without secrets; undefined: it does not any more. */
  trouble(of: Work, error: Pick<Error, 'message'> | undefined): void;
}

/** @param unseen what to say until it has been seen */
export function seeingCheck<Work extends string>({
  name,
  unseen,
}: {
  readonly name: string;
  readonly unseen: string;
}): SeeingCheck<Work> {
  const troubles = new Map<Work, string>();
  let isSeen = false;
  return {
    name,
    seen() {
      isSeen = true;
    },
    trouble(of, error) {
      if (error === undefined) troubles.delete(of);
      else troubles.set(of, error.message);
    },
    state(): CheckState {
      const [trouble] = troubles.values();
      if (trouble !== undefined) return { reason: trouble };
      return isSeen ? 'ok' : { reason: unseen };
    },
  };
}
