import type { Clock } from '../../base/clock.ts';
import type { Held, Lacking } from './upkeep/state.ts';

/** How it stands with the controller's token, for readiness and metrics. */
export interface TokenStanding {
  readonly kind: 'valid' | 'waiting' | 'invalid' | 'expired';
  /** For people; holds no secret. */
  readonly reason: string;
  /** What is left of it, by what Vault said last; 0 where there is none. */
  readonly leftMs: number;
}

export function standingOf(use: Held | Lacking, clock: Clock): TokenStanding {
  const at = (time: number) => {
    const seconds = Math.floor((clock.wallClock() + time - clock.now()) / 1_000);
    return new Date(seconds * 1_000).toISOString().replace('.000', '');
  };
  if (use.kind === 'lacking') return { ...lacking(use, at), leftMs: 0 };
  const { expiresAt, trouble } = use;
  const leftMs = Math.max(0, expiresAt - clock.now());
  const valid = `valid until ${at(expiresAt)}`;
  if (trouble === undefined) return { kind: 'valid', reason: valid, leftMs };
  const reason = `${valid}, but renewing fails since ${at(trouble.since)}: ${trouble.words}`;
  return { kind: 'valid', reason, leftMs };
}

function lacking(
  { why }: Lacking,
  at: (time: number) => string,
): Pick<TokenStanding, 'kind' | 'reason'> {
  switch (why.kind) {
    case 'not-yet': {
      const words = why.words === undefined ? '' : `: ${why.words}`;
      return { kind: 'waiting', reason: `not checked yet${words}` };
    }
    case 'broken': {
      const reason = `invalid: it ${why.rules.map(({ wrong }) => wrong).join('; it ')}`;
      return { kind: 'invalid', reason };
    }
    case 'denied':
      return { kind: 'invalid', reason: `invalid: ${why.words}` };
    case 'expired': {
      const words = why.words === '' ? '' : `: ${why.words}`;
      return { kind: 'expired', reason: `expired at ${at(why.at)}${words}` };
    }
  }
}
