import { type Handler, type Responder, type SimRequest, send, sendJson } from '../exchange.ts';
import { isRecord, plainText } from '../json.ts';
import { type Access, refusal } from './access.ts';
import { ApiError, badRequest, methodNotAllowed, unsupportedMediaType } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import type { KubeObject, ObjectInput } from './object.ts';
import { parsePath, type ResourcePath, verbOf } from './request.ts';
import type { WatchQuery } from './watch.ts';
import type { Target } from './write.ts';

/** The Kubernetes API over requests and answers; without `access` everybody may do everything. */
export function apiHandler(server: ApiServer, access?: Access): Handler {
  return (request, responder) => {
    try {
      serve(server, access, request, responder);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendJson(responder, error.status.code, error.status);
    }
  };
}

interface Call {
  readonly server: ApiServer;
  readonly request: SimRequest;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
}

function serve(
  server: ApiServer,
  access: Access | undefined,
  request: SimRequest,
  responder: Responder,
): void {
  const url = new URL(request.url, 'http://sim');
  if (/^\/(healthz|livez|readyz)$/.test(url.pathname)) {
    return send(responder, 200, 'ok', { 'content-type': 'text/plain; charset=utf-8' });
  }
  const path = parsePath(url.pathname);
  const watching = ['1', 'true'].includes(url.searchParams.get('watch') ?? '');
  const verb = verbOf(request.method, path, watching);
  const refused = access && refusal(access, request.headers['authorization'], verb, path);
  if (refused) throw refused;
  const call = { server, request, path, query: url.searchParams };
  if (verb === 'watch') return watch(call, responder);
  const { status, body } = answer(verb, call);
  sendJson(responder, status, body);
}

function answer(verb: string, call: Call): { status: number; body: unknown } {
  const { server, path } = call;
  switch (verb) {
    case 'list':
      return { status: 200, body: server.list(path.kind, listQuery(call)) };
    case 'get':
      return { status: 200, body: server.get(target(path)) };
    case 'create':
      if (path.name !== undefined) throw methodNotAllowed();
      return { status: 201, body: server.create(path.kind, path.namespace, objectIn(call)) };
    case 'update': {
      const { object, created } = server.update(target(path), objectIn(call), path.subresource);
      return { status: created ? 201 : 200, body: object };
    }
    case 'patch':
      return { status: 200, body: patch(call) };
    case 'delete':
      return { status: 200, body: remove(call) };
    default:
      throw methodNotAllowed();
  }
}

function target({ kind, namespace, name }: ResourcePath): Target {
  if (name === undefined) throw methodNotAllowed();
  return { kind, namespace, name };
}

function selectors({ path, query }: Call) {
  return {
    namespace: path.namespace,
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
  };
}

function listQuery(call: Call) {
  return {
    ...selectors(call),
    limit: Number(call.query.get('limit') ?? 0),
    continue: call.query.get('continue') ?? '',
    resourceVersionMatch: call.query.get('resourceVersionMatch') ?? '',
  };
}

function watchQuery(call: Call): WatchQuery {
  const timeout = call.query.get('timeoutSeconds');
  return {
    ...selectors(call),
    allowWatchBookmarks: ['1', 'true'].includes(call.query.get('allowWatchBookmarks') ?? ''),
    ...(timeout === null ? {} : { timeoutSeconds: Number(timeout) }),
  };
}

function watch(call: Call, responder: Responder): void {
  let started = false;
  // A selector that cannot be read is answered with 400, so the head has to wait for it.
  const open = () => {
    if (!started) responder.start(200, { 'content-type': 'application/json' });
    started = true;
  };
  const stop = call.server.watch(call.path.kind, watchQuery(call), {
    event(event) {
      open();
      responder.write(Buffer.from(`${JSON.stringify(event)}\n`));
    },
    end(how) {
      open();
      if (how === 'broken') responder.reset();
      else responder.end();
    },
  });
  open();
  responder.onGone(stop);
}

function parseBody({ request }: Call): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    throw badRequest('the object provided is unrecognized: it is not JSON');
  }
}

function objectIn(call: Call): ObjectInput {
  const body = parseBody(call);
  if (!isRecord(body)) throw badRequest('the object provided is unrecognized');
  return body;
}

function patch(call: Call): KubeObject {
  const type = call.request.headers['content-type']?.split(';')[0];
  const isMerge = type === 'application/merge-patch+json';
  if (!isMerge && type !== 'application/strategic-merge-patch+json') throw unsupportedMediaType();
  const { server, path } = call;
  return server.patch(
    target(path),
    parseBody(call),
    isMerge ? 'merge' : 'strategic',
    path.subresource,
  );
}

function remove(call: Call): unknown {
  const { server, path, query, request } = call;
  const body = request.body === '' ? {} : objectIn(call);
  const preconditions = isRecord(body['preconditions']) ? body['preconditions'] : {};
  const grace = query.get('gracePeriodSeconds') ?? body['gracePeriodSeconds'];
  const { kind } = path;
  const gone = server.delete(target(path), {
    ...(grace === null || grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(preconditions['uid'] === undefined ? {} : { uid: plainText(preconditions['uid']) }),
  });
  if (kind.returnsDeleted) return gone;
  const { name, uid } = gone.metadata;
  const group = kind.group === '' ? {} : { group: kind.group };
  const details = { name, ...group, kind: kind.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
