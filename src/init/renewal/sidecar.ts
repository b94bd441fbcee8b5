import { pause } from '../../base/clock.ts';
import type { Target } from '../admission/target.ts';
import type { Credential } from '../exchange/credential.ts';
import { CredentialFileError, writeCredential } from '../exchange/credential-files.ts';
import { type Files, randomName } from '../exchange/files.ts';
import type { PersistParts } from '../exchange/persist.ts';
import type { Settings } from '../settings/settings.ts';
import { type Renewal, startRenewal } from './renewal.ts';

export interface SidecarParts extends PersistParts {
  readonly settings: Settings;
  readonly files: Files;
  /** From when it is called, SIGTERM does not end the process, but resolves this. */
  readonly takeStop: () => Promise<void>;
}

/** Less than the second that probes wait by default. */
const PATIENCE_MS = 800;

/** How it ends: the pod ends, and the token was revoked or not; or only another push can help. */
export type SidecarEnd = 'revoked' | 'not-revoked' | 'spent';

/** The init container as a native sidecar: what it does beside the app once there is a token. */
export interface Sidecar {
  /**
   * Why the app has no good token; undefined while it has. Before the first one the answer takes its time:
   * a probe that would be told no is not repeated before a second has gone by.
   */
  unready(): Promise<string | undefined>;
  /** The credential is written: keeps it good from now on. */
  begin(credential: Credential, target: Target): void;
  /** Resolves when it has begun and come to its end. */
  readonly ended: Promise<SidecarEnd>;
}

export function createSidecar(parts: SidecarParts): Sidecar {
  const { promise: ended, resolve: end } = Promise.withResolvers<SidecarEnd>();
  const { promise: begun, resolve: noteBegun } = Promise.withResolvers<void>();
  let renewal: Renewal | undefined;
  return {
    ended,
    async unready() {
      if (renewal === undefined) await Promise.race([begun, pause(parts.clock, PATIENCE_MS)]);
      return renewal === undefined ? 'waiting for a push' : renewal.unready();
    },
    begin(credential, target) {
      if (credential.kind !== 'token') return;
      renewal = startRenewal({
        ...parts,
        vault: target.lasting(),
        token: credential.token,
        write: (token) => rewrite(parts, { kind: 'token', token }, target),
      });
      noteBegun();
      void whicheverFirst(parts, renewal).then(end);
    },
  };
}

async function whicheverFirst({ takeStop, log }: SidecarParts, renewal: Renewal) {
  const first = await Promise.race([
    renewal.spent.then(() => 'spent' as const),
    takeStop().then(() => 'stopped' as const),
  ]);
  if (first === 'spent') {
    log.warn({}, 'ending for a push of another token: the one that there is cannot be renewed');
    return first;
  }
  return (await renewal.revoke()) ? 'revoked' : 'not-revoked';
}

/** The file that is there holds the same token: one that cannot be written anew does little harm. */
function rewrite({ files, settings, log }: SidecarParts, credential: Credential, target: Target) {
  try {
    writeCredential(files, settings, credential, target, randomName);
  } catch (error) {
    if (!(error instanceof CredentialFileError)) throw error;
    log.warn({ reason: error.message }, 'the file keeps the TTL that the token had before');
  }
}
