import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Clock, deadline } from '../../../base/clock.ts';
import { messageOf } from '../../../base/message-of.ts';
import { sanitize } from '../../../base/sanitize.ts';
import type { MembersView } from './members-view.ts';
import { membersSocket } from './socket-file.ts';
import { decodeView } from './view-codec.ts';

/** The controller did not tell of its members. It may do so a moment later. */
export class AskMembersError extends Error {
  override readonly name = 'AskMembersError';
}

const LONGEST_WAIT_MS = 5_000;

/**
 * Asks the controller that keeps its data in `raftDir`.
 * @throws AskMembersError
 */
export async function askMembers(raftDir: string, clock: Clock): Promise<MembersView> {
  const path = membersSocket(raftDir);
  const late = () => new Error(`no answer within ${LONGEST_WAIT_MS / 1_000} s`);
  const { signal, cancel } = deadline(clock, LONGEST_WAIT_MS, late);
  try {
    const view = decodeView(await text(connect({ path, signal })));
    if (view === undefined) throw new Error('it said something else');
    return view;
  } catch (cause) {
    const reason = messageOf(signal.aborted ? signal.reason : cause);
    const words = `the controller does not tell of its members on ${path} (${sanitize(reason)})`;
    const advice = 'ask in the pod of one that runs, with its configuration';
    throw new AskMembersError(`${words}: ${advice}`, { cause });
  } finally {
    cancel();
  }
}
