import type { Clock } from '../base/clock.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line says besides its message; a Secret in it prints as `[secret]`. */
type Fields = Readonly<Record<string, unknown>>;

export type Log = Readonly<Record<LogLevel, (fields: Fields, message: string) => void>>;

/**
 * A log of JSON lines as the controller writes them: `level`, `time` in RFC 3339 (UTC), the fields,
 * `msg`. What comes from outside is sanitised where it comes in.
 */
export function createLog(level: LogLevel, clock: Clock, write: (line: string) => void): Log {
  const lowest = LOG_LEVELS.indexOf(level);
  const at = (own: LogLevel) =>
    LOG_LEVELS.indexOf(own) < lowest
      ? () => {}
      : (fields: Fields, msg: string) => {
          const time = new Date(clock.wallClock()).toISOString();
          write(`${JSON.stringify({ level: own, time, ...fields, msg })}\n`);
        };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
