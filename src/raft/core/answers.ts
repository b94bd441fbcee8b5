import type { Response } from '../messages.ts';
import { takePreVote, takeVote } from './campaigning.ts';
import { isHeartbeat } from './heartbeat.ts';
import { loseTouch, takeAppendAnswer, takeInstallAnswer } from './replicating.ts';
import { becomeFollower } from './roles.ts';
import type { Call, Peer, Step } from './state.ts';

/** An answer to what was asked in another role is not looked at. */
export function takeAnswer(
  step: Step,
  id: number,
  from: string | undefined,
  response: Response,
): void {
  const call = takeCall(step, id);
  if (call === undefined) return;
  // Another server has come to that address, or another kind of answer.
  const isStrange = from !== undefined && from !== call.to;
  if (isStrange || response.kind !== call.request.kind) return fail(step, call);
  if (response.kind === 'request-pre-vote') return takePreVote(step, call.to, response);
  if (response.kind === 'request-vote') return takeVote(step, call.to, response);
  if (response.kind !== 'timeout-now' && response.term > step.state.term) {
    return becomeFollower(step, response.term);
  }
  const peer = peerOf(step, call);
  if (peer !== undefined) takeFromPeer(step, peer, call, response);
}

export function takeFailure(step: Step, id: number): void {
  const call = takeCall(step, id);
  if (call !== undefined) fail(step, call);
}

function takeCall({ state: { calls } }: Step, id: number): Call | undefined {
  const call = calls.get(id);
  calls.delete(id);
  return call;
}

function peerOf({ state: { role } }: Step, { to }: Call): Peer | undefined {
  return role.kind === 'leader' ? role.peers.get(to) : undefined;
}

function takeFromPeer(step: Step, peer: Peer, { request, sentAt }: Call, response: Response): void {
  peer.contactAt = Math.max(peer.contactAt, sentAt);
  if (isHeartbeat(request) || request.kind === 'timeout-now') return;
  peer.inFlight -= 1;
  if (request.kind === 'append-entries' && response.kind === 'append-entries') {
    takeAppendAnswer(step, peer, request, response);
  } else if (request.kind === 'install-snapshot' && response.kind === 'install-snapshot') {
    takeInstallAnswer(step, peer, request.lastIndex, response);
  }
}

function fail(step: Step, call: Call): void {
  const { role } = step.state;
  const peer = peerOf(step, call);
  if (role.kind !== 'leader' || peer === undefined || isHeartbeat(call.request)) return;
  if (call.request.kind === 'timeout-now') role.transfer = undefined;
  else {
    peer.inFlight -= 1;
    loseTouch(step, peer);
  }
}
