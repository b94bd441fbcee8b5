import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

export interface TextAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What answers a GET, by path. */
export type Routes = Readonly<
  Record<string, (query: URLSearchParams) => TextAnswer | Promise<TextAnswer>>
>;

/** Answers GET and HEAD for these paths: 404 for others, 405 for other methods, 500 where an answer fails. */
export function textHandler(routes: Routes, onFault: (error: unknown) => void): RequestListener {
  return (request, response) => {
    respond(routes, request)
      .catch((error: unknown) => {
        onFault(error);
        return plain(500, 'internal error\n');
      })
      .then((answer) => send(request, response, answer))
      .catch(onFault);
  };
}

async function respond(routes: Routes, request: IncomingMessage): Promise<TextAnswer> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return plain(404, `try ${Object.keys(routes).join(', ')}\n`);
  if (!isRead(request)) return plain(405, 'GET or HEAD only\n');
  return await route(new URLSearchParams(query));
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function plain(status: number, text: string): TextAnswer {
  return { status, type: 'text/plain; charset=utf-8', text };
}

function send(request: IncomingMessage, response: ServerResponse, answer: TextAnswer): void {
  const { status, type, text } = answer;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    // What a body may hold is nobody's business: it is not read, and so the connection ends.
    ...(isRead(request) ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
