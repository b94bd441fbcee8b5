import { type InputBuffer, inputBuffer } from '../../base/input-buffer.ts';
import { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { Request } from '../messages.ts';
import { decodeRequest, type RequestHead } from './decode-request.ts';
import type { Sender } from './header.ts';
import type { WireLimits } from './limits.ts';
import { RaftWireError, readIfComplete } from './wire-error.ts';

export interface ReceivedRequest {
  readonly from: Sender;
  readonly request: Request;
}

/** Takes in a connection's bytes, in whatever pieces they come. */
export interface RequestReader {
  /**
   * The requests that are complete now, in their order.
   * @throws RaftWireError what came is malformed or too much; nothing more can be read
   */
  push(chunk: Uint8Array): ReceivedRequest[];
}

export function requestReader(limits: WireLimits): RequestReader {
  const input = inputBuffer();
  let head: RequestHead | undefined;
  const next = (): ReceivedRequest | undefined => {
    head ??= readHead(input, limits);
    const complete = head && withData(head, input);
    if (complete !== undefined) head = undefined;
    return complete;
  };
  return {
    push(chunk) {
      input.append(chunk);
      const received: ReceivedRequest[] = [];
      for (let request = next(); request; request = next()) received.push(request);
      return received;
    },
  };
}

function readHead(input: InputBuffer, limits: WireLimits): RequestHead | undefined {
  const bytes = input.bytes();
  const [type] = bytes;
  if (type === undefined) return undefined;
  const reader = new MsgpackReader(bytes, 1);
  const head = readIfComplete(() => decodeRequest(type, reader));
  if (head === undefined) {
    if (bytes.length > limits.messageBytes) throw tooLarge('request', limits.messageBytes);
    return undefined;
  }
  if (head.dataBytes > limits.snapshotBytes) throw tooLarge('snapshot', limits.snapshotBytes);
  input.consume(reader.position);
  return head;
}

function withData(head: RequestHead, input: InputBuffer): ReceivedRequest | undefined {
  const { from, request, dataBytes } = head;
  if (request.kind !== 'install-snapshot') return { from, request };
  if (input.bytes().length < dataBytes) return undefined;
  const data = input.bytes().slice(0, dataBytes);
  input.consume(dataBytes);
  return { from, request: { ...request, data } };
}

function tooLarge(what: string, most: number): RaftWireError {
  return new RaftWireError(`a ${what} of more than ${most} bytes`);
}
