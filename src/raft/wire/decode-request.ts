import type { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { AppendEntries, Request } from '../messages.ts';
import { decodeConfiguration } from './configuration.ts';
import { SNAPSHOT_VERSION } from './encode-request.ts';
import { type Sender, senderOf } from './header.ts';
import {
  appendEntriesRequest,
  installSnapshotRequest,
  requestPreVoteRequest,
  requestVoteRequest,
  timeoutNowRequest,
} from './request-structs.ts';
import { REQUEST_TYPES } from './request-types.ts';
import { RaftWireError } from './wire-error.ts';

/** A request, but for the data of a snapshot: `dataBytes` of it follow. */
export interface RequestHead {
  readonly from: Sender;
  readonly request: Request;
  readonly dataBytes: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Reads the struct of a request of `type`.
 * @throws MsgpackError, RaftWireError
 */
export function decodeRequest(type: number, reader: MsgpackReader): RequestHead {
  switch (type) {
    case REQUEST_TYPES['append-entries']:
      return readAppendEntries(reader);
    case REQUEST_TYPES['request-vote']:
      return readRequestVote(reader);
    case REQUEST_TYPES['request-pre-vote']:
      return readRequestPreVote(reader);
    case REQUEST_TYPES['install-snapshot']:
      return readInstallSnapshot(reader);
    case REQUEST_TYPES['timeout-now']:
      return withoutData(senderOf(timeoutNowRequest.read(reader)), { kind: 'timeout-now' });
    default:
      throw new RaftWireError(`a request of type ${type}`);
  }
}

function readAppendEntries(reader: MsgpackReader): RequestHead {
  const wire = appendEntriesRequest.read(reader);
  const request: AppendEntries = {
    kind: 'append-entries',
    term: wire.Term,
    prevIndex: wire.PrevLogEntry,
    prevTerm: wire.PrevLogTerm,
    entries: wire.Entries,
    commit: wire.LeaderCommitIndex,
  };
  checkContiguous(request);
  return withoutData(senderOf(wire, wire.Leader), request);
}

function checkContiguous({ prevIndex, entries }: AppendEntries): void {
  for (const [position, { index }] of entries.entries()) {
    const due = prevIndex + 1 + position;
    if (index !== due) throw new RaftWireError(`entry ${index} where ${due} is due`);
  }
}

function readRequestVote(reader: MsgpackReader): RequestHead {
  const wire = requestVoteRequest.read(reader);
  return withoutData(senderOf(wire, wire.Candidate), {
    kind: 'request-vote',
    term: wire.Term,
    lastIndex: wire.LastLogIndex,
    lastTerm: wire.LastLogTerm,
    leadershipTransfer: wire.LeadershipTransfer,
  });
}

function readRequestPreVote(reader: MsgpackReader): RequestHead {
  const wire = requestPreVoteRequest.read(reader);
  return withoutData(senderOf(wire), {
    kind: 'request-pre-vote',
    term: wire.Term,
    lastIndex: wire.LastLogIndex,
    lastTerm: wire.LastLogTerm,
  });
}

function readInstallSnapshot(reader: MsgpackReader): RequestHead {
  const wire = installSnapshotRequest.read(reader);
  if (wire.SnapshotVersion !== SNAPSHOT_VERSION) {
    throw new RaftWireError(`a snapshot of version ${wire.SnapshotVersion}`);
  }
  if (wire.Size < 0) throw new RaftWireError(`a snapshot of ${wire.Size} bytes`);
  const request: Request = {
    kind: 'install-snapshot',
    term: wire.Term,
    lastIndex: wire.LastLogIndex,
    lastTerm: wire.LastLogTerm,
    configuration: decodeConfiguration(wire.Configuration),
    configurationIndex: wire.ConfigurationIndex,
    data: NO_BYTES,
  };
  return { from: senderOf(wire, wire.Leader), request, dataBytes: wire.Size };
}

function withoutData(from: Sender, request: Request): RequestHead {
  return { from, request, dataBytes: 0 };
}
