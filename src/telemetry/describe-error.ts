/** How deep a chain of causes is followed: it may be a ring. */
const LONGEST_CHAIN = 8;

/** An error as a log line shows it. */
interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Only where the error was not foreseen: a fault of this program. */
  readonly stack?: string;
  readonly cause?: unknown;
}

/**
 * An error reduced to what a log line should say: its kind, message, code and causes. Other
 * properties stay out, for a library may hang whole requests on its errors. A value that is no
 * error stays as it is.
 */
export function describeError(error: unknown, depth = 1): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const described: DescribedError = {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(isFault(error) && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < LONGEST_CHAIN
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
  return described;
}

const BUILT_IN = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** Expected failures are errors of our own classes, or carry a code (Node's do): their stack says nothing. */
function isFault(error: Error): boolean {
  return BUILT_IN.has(error.name) && !('code' in error);
}
