import type { Command } from './command.ts';

/** What is wrong, and what to do about it. */
export interface Problem {
  readonly what: string;
  readonly remedies: readonly string[];
  /** What was asked is about to be there, or there again. */
  readonly isPassing?: true;
}

/** Whether something holds already. */
export interface Check {
  /** Each gets the output of the one before it as its input, if it wants any. */
  readonly ask: readonly Command[];
  /** Judges all outputs; a command that Vault refuses means no. */
  readonly holds: (...outputs: string[]) => boolean;
}

/** What a look at the cluster says. */
export type Verdict =
  | { readonly kind: 'ready'; readonly note?: string }
  | { readonly kind: 'waiting'; readonly for: string }
  /** It may still pass by itself, but seldom does. */
  | { readonly kind: 'stuck'; readonly problem: Problem }
  | { readonly kind: 'failed'; readonly problem: Problem };

interface Told {
  readonly title: string;
  /** Half a line. */
  readonly why: string;
  /** Nothing is to be done for it where everything goes well. */
  readonly isRepair?: true;
}

/** Something to do. Interrupted anywhere, it is done again from its first command. */
export interface Action extends Told {
  readonly kind: 'action';
  /** Any of these: then there is nothing to do. Without one, it is always done. */
  readonly unless?: readonly Check[];
  readonly run: readonly Command[];
}

/** Something to wait for, or to find as it must be. */
export interface Wait extends Told {
  readonly kind: 'wait';
  readonly unless?: readonly Check[];
  readonly ask: readonly Command[];
  readonly judge: (...outputs: string[]) => Verdict;
  /** What a person would type to see the same. */
  readonly byHand: readonly string[];
}

export type Step = Action | Wait;
export type Plan = readonly Step[];
