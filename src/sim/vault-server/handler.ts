import { type Handler, type SimRequest, send, sendJson } from '../exchange.ts';
import type { Fields, VaultCall } from './call.ts';
import type { VaultServer } from './vault-server.ts';

const METHODS: Readonly<Record<string, VaultCall['method']>> = {
  GET: 'GET',
  HEAD: 'GET',
  LIST: 'LIST',
  POST: 'POST',
  PUT: 'POST',
  DELETE: 'DELETE',
};

/** Vault's HTTP API over requests and answers. */
export function vaultHandler(server: VaultServer): Handler {
  return (request, responder) => {
    const call = callOf(request);
    if (typeof call === 'string') return sendJson(responder, 400, { errors: [call] });
    const { status, body } = server.call(call);
    if (typeof body === 'object') return sendJson(responder, status, body);
    return send(responder, status, body ?? '', { 'content-type': 'application/json' });
  };
}

/** What the request asks, or why it cannot be read. */
function callOf(request: SimRequest): VaultCall | string {
  const url = new URL(request.url, 'http://sim');
  const method = url.searchParams.get('list') === 'true' ? 'LIST' : METHODS[request.method];
  if (method === undefined || !url.pathname.startsWith('/v1/')) return 'unsupported path';
  let body: Fields = {};
  try {
    if (request.body !== '') body = JSON.parse(request.body);
  } catch {
    return 'failed to decode JSON input: unexpected EOF';
  }
  return {
    method,
    path: decodeURIComponent(url.pathname.slice('/v1/'.length)),
    token: tokenIn(request),
    wrapTtl: request.headers['x-vault-wrap-ttl'],
    body,
    peer: request.peer,
  };
}

function tokenIn({ headers }: SimRequest): string | undefined {
  return headers['x-vault-token'] ?? /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
}
