import { inputBuffer } from '../../base/input-buffer.ts';
import { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { Response } from '../messages.ts';
import type { WireLimits } from './limits.ts';
import { decodeReply, type Reply } from './responses.ts';
import { RaftWireError, readIfComplete } from './wire-error.ts';

/** Takes in the bytes that come back for requests; replies come in the order of these. */
export interface ReplyReader {
  /** A request of that kind was sent. */
  expect(kind: Response['kind']): void;
  /**
   * The replies that are complete now, in their order.
   * @throws RaftWireError what came is malformed, too much, or nothing that was asked for; nothing
   * more can be read
   */
  push(chunk: Uint8Array): Reply[];
}

export function replyReader(limits: WireLimits): ReplyReader {
  const input = inputBuffer();
  const expected: Response['kind'][] = [];
  const next = (): Reply | undefined => {
    const bytes = input.bytes();
    if (bytes.length === 0) return undefined;
    const [kind] = expected;
    if (kind === undefined) throw new RaftWireError('a reply to nothing');
    const reader = new MsgpackReader(bytes);
    const reply = readIfComplete(() => decodeReply(kind, reader));
    if (reply === undefined) {
      if (bytes.length <= limits.messageBytes) return undefined;
      throw new RaftWireError(`a reply of more than ${limits.messageBytes} bytes`);
    }
    expected.shift();
    input.consume(reader.position);
    return reply;
  };
  return {
    expect: (kind) => void expected.push(kind),
    push(chunk) {
      input.append(chunk);
      const replies: Reply[] = [];
      for (let reply = next(); reply; reply = next()) replies.push(reply);
      return replies;
    },
  };
}
