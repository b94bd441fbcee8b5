import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { InstallSnapshot, Request } from '../messages.ts';
import { encodeConfiguration } from './configuration.ts';
import { headerOf, type Sender } from './header.ts';
import {
  appendEntriesRequest,
  installSnapshotRequest,
  requestPreVoteRequest,
  requestVoteRequest,
  timeoutNowRequest,
} from './request-structs.ts';
import { REQUEST_TYPES } from './request-types.ts';

const NO_BYTES = new Uint8Array(0);
/** 1: the configuration is in the message; 0 had a list of addresses. */
export const SNAPSHOT_VERSION = 1;

/** A request as it goes onto the connection, the data of a snapshot behind it. */
export function encodeRequest(from: Sender, request: Request): Uint8Array {
  const writer = new MsgpackWriter().byte(REQUEST_TYPES[request.kind]);
  writeRequest(writer, from, request);
  if (request.kind === 'install-snapshot') writer.verbatim(request.data);
  return writer.bytes();
}

function writeRequest(writer: MsgpackWriter, from: Sender, request: Request): void {
  const sender = headerOf(from);
  switch (request.kind) {
    case 'append-entries':
      return appendEntriesRequest.write(writer, {
        ...sender,
        Term: request.term,
        Leader: from.address,
        PrevLogEntry: request.prevIndex,
        PrevLogTerm: request.prevTerm,
        Entries: request.entries,
        LeaderCommitIndex: request.commit,
      });
    case 'request-vote':
      return requestVoteRequest.write(writer, {
        ...sender,
        Term: request.term,
        Candidate: from.address,
        LastLogIndex: request.lastIndex,
        LastLogTerm: request.lastTerm,
        LeadershipTransfer: request.leadershipTransfer,
      });
    case 'request-pre-vote':
      return requestPreVoteRequest.write(writer, {
        ...sender,
        Term: request.term,
        LastLogIndex: request.lastIndex,
        LastLogTerm: request.lastTerm,
      });
    case 'install-snapshot':
      return writeInstallSnapshot(writer, from, request);
    case 'timeout-now':
      return timeoutNowRequest.write(writer, sender);
  }
}

function writeInstallSnapshot(writer: MsgpackWriter, from: Sender, request: InstallSnapshot): void {
  installSnapshotRequest.write(writer, {
    ...headerOf(from),
    SnapshotVersion: SNAPSHOT_VERSION,
    Term: request.term,
    Leader: from.address,
    LastLogIndex: request.lastIndex,
    LastLogTerm: request.lastTerm,
    Peers: NO_BYTES,
    Configuration: encodeConfiguration(request.configuration),
    ConfigurationIndex: request.configurationIndex,
    Size: request.data.length,
  });
}
