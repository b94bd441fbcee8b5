import { Rate } from '../../base/rate.ts';
import type { RecorderAction, RecorderSettings } from './messages.ts';
import type { PodNotice } from './pod-notice.ts';
import { RecentMap } from './recent-map.ts';
import { type Entry, WaitingList } from './waiting-list.ts';

/** What is under way to the API server. */
export interface Sending {
  readonly entry: Entry;
  readonly name: string;
  readonly isNew: boolean;
  /** How often it has happened, by then. */
  readonly count: number;
  /** Failed ones. */
  readonly attempts: number;
}

/** An Event that the API server has, as far as is known. */
interface WrittenEvent {
  readonly name: string;
  /** How often it has happened: what was too much for its pod's rate, and not told, too. */
  count: number;
}

/** Times are milliseconds on the monotonic clock. */
export interface RecorderState {
  readonly waiting: WaitingList;
  readonly written: RecentMap<WrittenEvent>;
  readonly podRates: RecentMap<Rate>;
  readonly rate: Rate;
  /** When a Normal notice came last, and when one was written last. */
  normalCameAt: number;
  normalWentAt: number;
  /** Namespaces whose Events the API server forbids, and until when they are left alone. */
  forbidden: RecentMap<number>;
  isForbiddenTold: boolean;
  sending: Sending | undefined;
  /** What failed, and is next but for what is urgent. */
  again: Sending | undefined;
  pausedUntil: number;
  /** In a row. */
  failures: number;
  dropped: { readonly normal: number; readonly warning: number };
  tellDropsAt: number;
}

export function newState(settings: RecorderSettings): RecorderState {
  const { mostRemembered, overall } = settings;
  return {
    waiting: new WaitingList(settings),
    written: new RecentMap(mostRemembered),
    podRates: new RecentMap(mostRemembered),
    rate: new Rate(overall.perSecond, overall.burst),
    normalCameAt: Number.NEGATIVE_INFINITY,
    normalWentAt: Number.NEGATIVE_INFINITY,
    forbidden: new RecentMap(mostRemembered),
    isForbiddenTold: false,
    sending: undefined,
    again: undefined,
    pausedUntil: 0,
    failures: 0,
    dropped: { normal: 0, warning: 0 },
    tellDropsAt: 0,
  };
}

/** One step under way. */
export interface Step {
  readonly state: RecorderState;
  readonly settings: RecorderSettings;
  readonly now: number;
  readonly random: number;
  readonly actions: RecorderAction[];
}

/** Counts an Event that will not be written. */
export function countDropped({ state, settings, now }: Step, type: PodNotice['type']): void {
  const { normal, warning } = state.dropped;
  if (normal + warning === 0) state.tellDropsAt = now + settings.tellDropsEveryMs;
  state.dropped =
    type === 'Normal' ? { normal: normal + 1, warning } : { normal, warning: warning + 1 };
}
