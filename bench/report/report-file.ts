import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Document, document, renewed } from './document.ts';

/** A file that takes the report. */
export interface ReportFile {
  /**
   * Writes what has been measured so far, so that a long run that fails loses nothing. What the file had of
   * other scenarios stays, unless this is all that there is to measure.
   */
  write(report: Document, isAll: boolean): void;
}

export function openReport(file: string): ReportFile {
  const old = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return {
    write(report, isAll) {
      const isNew = isAll || old === undefined;
      writeFileSync(file, isNew ? document(report) : renewed(old, report.sections));
      console.log(`written to ${file}`);
    },
  };
}
