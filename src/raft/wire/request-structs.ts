import {
  arrayOf,
  bool,
  bytes,
  type Field,
  int64,
  struct,
  text,
  uint64,
} from '../../base/msgpack/struct.ts';
import type { Entry } from '../messages.ts';
import { entry } from './entries.ts';
import { header } from './header.ts';

/** hashicorp's MaxAppendEntries is at most 1,024. */
const MOST_ENTRIES = 4_096;

const someEntries = arrayOf(entry, MOST_ENTRIES);
/** Go's nil slice where there is none, as in hashicorp's heartbeats. */
const entries: Field<readonly Entry[]> = {
  ...someEntries,
  write: (writer, values) =>
    values.length === 0 ? writer.nil() : someEntries.write(writer, values),
};

// The requests of hashicorp/raft's commands.go. go-msgpack writes fields in the order of their names.

const { Addr, ID, ProtocolVersion } = header;

export const appendEntriesRequest = struct({
  Addr,
  Entries: entries,
  ID,
  Leader: text,
  LeaderCommitIndex: uint64,
  PrevLogEntry: uint64,
  PrevLogTerm: uint64,
  ProtocolVersion,
  Term: uint64,
});

export const requestVoteRequest = struct({
  Addr,
  Candidate: text,
  ID,
  LastLogIndex: uint64,
  LastLogTerm: uint64,
  LeadershipTransfer: bool,
  ProtocolVersion,
  Term: uint64,
});

export const requestPreVoteRequest = struct({
  Addr,
  ID,
  LastLogIndex: uint64,
  LastLogTerm: uint64,
  ProtocolVersion,
  Term: uint64,
});

export const installSnapshotRequest = struct({
  Addr,
  Configuration: bytes,
  ConfigurationIndex: uint64,
  ID,
  LastLogIndex: uint64,
  LastLogTerm: uint64,
  Leader: text,
  Peers: bytes,
  ProtocolVersion,
  Size: int64,
  SnapshotVersion: int64,
  Term: uint64,
});

export const timeoutNowRequest = struct({ Addr, ID, ProtocolVersion });
