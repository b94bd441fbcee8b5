import { readdirSync } from 'node:fs';
import { version } from '../../base/version.ts';
import { createMetrics, type Metrics } from '../../telemetry/metrics/metrics.ts';

/** The metrics of this process. */
export function ownMetrics(): Metrics {
  const build = { version: version(), runtime: process.version };
  return createMetrics(build, {
    residentBytes: () => process.memoryUsage.rss(),
    cpuSeconds() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    openFiles: () => readdirSync('/proc/self/fd').length,
    startedAt: Date.now() / 1_000 - process.uptime(),
  });
}
