import type { MetricKit } from './metric-kit.ts';

/** What is asked of the process at each scrape. */
export interface ProcessUsage {
  readonly residentBytes: () => number;
  readonly cpuSeconds: () => number;
  readonly openFiles: () => number;
  /** Seconds since the Unix epoch. */
  readonly startedAt: number;
}

/**
 * The few that any dashboard for processes reads, under their usual names. The library's own set
 * measures the event loop too, with a timer that would wake the process a hundred times a second.
 */
export function processMetrics(
  { standardGauge, standardCounter }: MetricKit,
  usage: ProcessUsage,
): void {
  standardCounter(
    'process_cpu_seconds_total',
    'CPU time of the process, in seconds',
    usage.cpuSeconds,
  );
  standardGauge(
    'process_resident_memory_bytes',
    'Resident memory of the process, in bytes',
    usage.residentBytes,
  );
  standardGauge('process_open_fds', 'Open file descriptors of the process', usage.openFiles);
  standardGauge(
    'process_start_time_seconds',
    'When the process started (Unix time)',
    () => usage.startedAt,
  );
}
