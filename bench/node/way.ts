import type { Life } from './runtime-events.ts';
import type { Sighting } from './sightings.ts';

/** What is known of a pod whose app runs; moments are milliseconds of the wall clock. */
export interface Known {
  /** Just before the request that creates it was sent. */
  readonly posted: number;
  readonly sighting: Sighting;
  readonly init: Life;
  readonly app: Life;
  /** When its init container said that it listens. */
  readonly listening: number | undefined;
}

/** A pod's way to its running app, in milliseconds; a part that cannot be told is missing. */
export interface Way {
  /** From the request to the app that a watch shows to run. */
  readonly total: number;
  /** To the init container's process. */
  readonly toInit?: number;
  readonly initToListening?: number;
  readonly initToSeen?: number;
  readonly seenToEnd?: number;
  /** From the end of the init container's process to the app's. */
  readonly endToApp?: number;
  readonly appToSeen?: number;
}

/** @throws Error if the app was not seen to run */
export function wayOf({ posted, sighting, init, app, listening }: Known): Way {
  if (sighting.appSeen === undefined) throw new Error('the app was not seen to run');
  const parts = {
    toInit: between(posted, init.started),
    initToListening: between(init.started, listening),
    initToSeen: between(init.started, sighting.initSeen),
    seenToEnd: between(sighting.initSeen, init.ended),
    endToApp: between(init.ended, app.started),
    appToSeen: between(app.started, sighting.appSeen),
  };
  const known = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { total: sighting.appSeen - posted, ...Object.fromEntries(known) };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}
