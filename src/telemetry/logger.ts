import pino from 'pino';
import type { Clock } from '../base/clock.ts';
import { describeError } from './describe-error.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a log line says besides its message. An `Error` belongs under `error`; a `Secret` prints as `[secret]`. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose every line carries these fields too. */
  child(fields: LogFields): Logger;
}

/** Where log lines go, each with its newline. */
export interface LogSink {
  write(line: string): void;
}

/**
 * A logger of JSON lines: `level` as a word, `time` in RFC 3339 (UTC), the fields, `msg`.
 * Lines are written at once on the calling thread, so that none is lost when the process ends.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** The process's standard output by default. */
  readonly sink?: LogSink;
}): Logger {
  const { level, clock, sink = pino.destination({ fd: 1, sync: true }) } = options;
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.wallClock()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
    },
    sink,
  );
}
