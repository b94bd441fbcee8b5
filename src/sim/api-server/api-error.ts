import { type Kind, qualifiedName } from './kinds.ts';

/** A Status object, as the real API server writes it for whatever went wrong. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly code: number;
}

/** A request that the API server refuses, with the Status that says so. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.status = status;
  }
}

interface Details {
  readonly kind?: Kind;
  readonly name?: string;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function failure(code: number, reason: string, message: string, about: Details = {}): ApiError {
  const { kind, name, more } = about;
  const details = {
    ...(name === undefined ? {} : { name }),
    ...(kind === undefined || kind.group === '' ? {} : { group: kind.group }),
    ...(kind === undefined ? {} : { kind: kind.plural }),
    ...more,
  };
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: about.metadata ?? {},
    status: 'Failure',
    message,
    reason,
    ...(Object.keys(details).length === 0 ? {} : { details }),
    code,
  });
}

export function badRequest(message: string): ApiError {
  return failure(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(kind: Kind, name: string | undefined, what: string): ApiError {
  const which = name === undefined ? '' : ` "${name}"`;
  const message = `${qualifiedName(kind)}${which} is forbidden: ${what}`;
  return failure(403, 'Forbidden', message, { kind, ...(name === undefined ? {} : { name }) });
}

export function notFound(kind: Kind, name: string): ApiError {
  return failure(404, 'NotFound', `${qualifiedName(kind)} "${name}" not found`, { kind, name });
}

/** A path that no kind is served at. */
export function noSuchResource(): ApiError {
  const message = 'the server could not find the requested resource';
  return failure(404, 'NotFound', message, { more: {} });
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return failure(405, 'MethodNotAllowed', message);
}

export function alreadyExists(kind: Kind, name: string): ApiError {
  const message = `${qualifiedName(kind)} "${name}" already exists`;
  return failure(409, 'AlreadyExists', message, { kind, name });
}

export function conflict(kind: Kind, name: string): ApiError {
  const advice = 'please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${qualifiedName(kind)} "${name}": the object has been modified; ${advice}`;
  return failure(409, 'Conflict', message, { kind, name });
}

export function uidConflict(kind: Kind, name: string, wanted: string, actual: string): ApiError {
  const message = `Operation cannot be fulfilled on ${kind.kind} "${name}": the UID in the precondition (${wanted}) does not match the UID in record (${actual}). The object might have been deleted and then recreated`;
  return failure(409, 'Conflict', message, { more: { name, kind: kind.kind } });
}

/** A watch, or a list, from a version that the history no longer reaches. */
export function expired(message: string, metadata: Status['metadata'] = {}): ApiError {
  return failure(410, 'Expired', message, { metadata });
}

export function unsupportedMediaType(): ApiError {
  return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', { more: {} });
}

export function invalid(kind: Kind, name: string, field: string, problem: string): ApiError {
  const subject = kind.group === '' ? kind.kind : qualifiedName(kind);
  const reason = problem.startsWith('Required') ? 'FieldValueRequired' : 'FieldValueInvalid';
  const causes = [{ reason, message: problem, field }];
  return failure(422, 'Invalid', `${subject} "${name}" is invalid: ${field}: ${problem}`, {
    more: { ...(name === '' ? {} : { name }), group: kind.group, kind: kind.plural, causes },
  });
}

export function versionTooLarge(wanted: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return failure(504, 'Timeout', message, {
    more: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}
