import type { SimRequest } from '../../src/sim/exchange.ts';

/** A request to an embedded server, without a network. */
export function simRequest(
  method: string,
  url: string,
  more: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): SimRequest {
  const body = more.body === undefined ? '' : JSON.stringify(more.body);
  return { method, url, headers: more.headers ?? {}, body, peer: '127.0.0.1' };
}
