import type { MsgpackReader } from '../../base/msgpack/reader.ts';
import { bool, bytes, struct, uint64 } from '../../base/msgpack/struct.ts';
import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { Response } from '../messages.ts';
import { answererOf, header, headerOf, type Sender } from './header.ts';

/** What comes back for a request: its answer, or the words of a server that could give none. */
export type Reply =
  | { readonly kind: 'answered'; readonly from: Sender; readonly response: Response }
  | { readonly kind: 'refused'; readonly message: string };

const { Addr, ID, ProtocolVersion } = header;
const NO_BYTES = new Uint8Array(0);

const appendEntriesResponse = struct({
  Addr,
  ID,
  LastLog: uint64,
  NoRetryBackoff: bool,
  ProtocolVersion,
  Success: bool,
  Term: uint64,
});
const requestVoteResponse = struct({
  Addr,
  Granted: bool,
  ID,
  Peers: bytes,
  ProtocolVersion,
  Term: uint64,
});
const requestPreVoteResponse = struct({ Addr, Granted: bool, ID, ProtocolVersion, Term: uint64 });
const installSnapshotResponse = struct({ Addr, ID, ProtocolVersion, Success: bool, Term: uint64 });
const timeoutNowResponse = struct({ Addr, ID, ProtocolVersion });

/** A response as it goes onto the connection: no error, and its struct. */
export function encodeResponse(from: Sender, response: Response): Uint8Array {
  const writer = new MsgpackWriter().text('');
  writeResponse(writer, from, response);
  return writer.bytes();
}

/** The answer of a server that has none: hashicorp's reads nothing but the message of it. */
export function encodeRefusal(message: string): Uint8Array {
  return new MsgpackWriter().text(message).nil().bytes();
}

function writeResponse(writer: MsgpackWriter, from: Sender, response: Response): void {
  const sender = headerOf(from);
  switch (response.kind) {
    case 'append-entries': {
      const { term, lastIndex, success, noRetryBackoff } = response;
      return appendEntriesResponse.write(writer, {
        ...sender,
        Term: term,
        LastLog: lastIndex,
        Success: success,
        NoRetryBackoff: noRetryBackoff,
      });
    }
    case 'request-vote': {
      const { term, granted } = response;
      const vote = { ...sender, Term: term, Peers: NO_BYTES, Granted: granted };
      return requestVoteResponse.write(writer, vote);
    }
    case 'request-pre-vote': {
      const { term, granted } = response;
      return requestPreVoteResponse.write(writer, { ...sender, Term: term, Granted: granted });
    }
    case 'install-snapshot': {
      const { term, success } = response;
      return installSnapshotResponse.write(writer, { ...sender, Term: term, Success: success });
    }
    case 'timeout-now':
      return timeoutNowResponse.write(writer, sender);
  }
}

/**
 * Reads the reply to a request of `kind`.
 * @throws MsgpackError, RaftWireError
 */
export function decodeReply(kind: Response['kind'], reader: MsgpackReader): Reply {
  const message = reader.text();
  if (message === '') return { kind: 'answered', ...readResponse(kind, reader) };
  reader.skip();
  return { kind: 'refused', message };
}

function readResponse(kind: Response['kind'], reader: MsgpackReader): Answer {
  switch (kind) {
    case 'append-entries': {
      const wire = appendEntriesResponse.read(reader);
      const { Term: term, LastLog: lastIndex, Success: success } = wire;
      const noRetryBackoff = wire.NoRetryBackoff;
      return answer(wire, { kind, term, lastIndex, success, noRetryBackoff });
    }
    case 'request-vote': {
      const wire = requestVoteResponse.read(reader);
      return answer(wire, { kind, term: wire.Term, granted: wire.Granted });
    }
    case 'request-pre-vote': {
      const wire = requestPreVoteResponse.read(reader);
      return answer(wire, { kind, term: wire.Term, granted: wire.Granted });
    }
    case 'install-snapshot': {
      const wire = installSnapshotResponse.read(reader);
      return answer(wire, { kind, term: wire.Term, success: wire.Success });
    }
    case 'timeout-now':
      return answer(timeoutNowResponse.read(reader), { kind });
  }
}

interface Answer {
  readonly from: Sender;
  readonly response: Response;
}

function answer(wire: Parameters<typeof answererOf>[0], response: Response): Answer {
  return { from: answererOf(wire), response };
}
