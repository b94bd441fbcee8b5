import type { Reporter } from '../report.ts';

/** A reporter that tells each of these, in their order. */
export function combineReporters(...reporters: readonly Reporter[]): Reporter {
  return {
    report(report) {
      for (const reporter of reporters) reporter.report(report);
    },
  };
}
