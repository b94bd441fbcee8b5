import { repeatable } from '../repeatable.ts';
import type { Scalar } from '../yaml/tree.ts';

/** What became of a scalar: the setting's value, or what is wrong with it. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly wrong: string;
      /** What to write as the key's value; the reference's example where it is left out. */
      readonly example?: string;
    };

export type Read<T> = (scalar: Scalar) => Reading<T>;

export function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function bad(wrong: string, example?: string): Reading<never> {
  return example === undefined ? { ok: false, wrong } : { ok: false, wrong, example };
}

/**
 * A value as a message may repeat it. What came from the environment is not repeated: a variable of
 * the wrong name may hold a secret.
 */
export function quoted({ text, expandedFrom }: Scalar): string {
  return expandedFrom === undefined
    ? `"${repeatable(text)}"`
    : `the value of ${repeatable(expandedFrom)}`;
}
