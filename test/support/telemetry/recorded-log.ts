import type { Clock } from '../../../src/base/clock.ts';
import { createLogger, type Logger } from '../../../src/telemetry/logger.ts';
import { virtualClock } from '../virtual-clock.ts';

export interface RecordedLog {
  readonly logger: Logger;
  /** What was logged, each line as `level: message`. */
  readonly lines: string[];
  /** The same, with every field, as it was written. */
  readonly written: string[];
}

export function recordedLog(clock: Clock = virtualClock()): RecordedLog {
  const lines: string[] = [];
  const written: string[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    written.push(line);
    lines.push(`${level}: ${msg}`);
  };
  return { logger: createLogger({ level: 'debug', clock, sink: { write } }), lines, written };
}
