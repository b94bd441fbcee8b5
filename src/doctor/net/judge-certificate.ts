import { formatDuration } from '../../base/duration.ts';
import { about, type Finding } from '../finding.ts';
import type { SeenCertificate } from './seen-certificate.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

/** How people are told what is trusted, and what to do where that does not verify the server. */
export interface Trust {
  /** Goes on after "it is verified by …". */
  readonly by: string;
  readonly remedy: string;
}

/** Judges a server's certificate. `now` is the wall clock's time in milliseconds since the Unix epoch. */
export function judgeCertificate(
  check: string,
  { untrusted, notBefore, notAfter, names }: SeenCertificate,
  trust: Trust,
  now: number,
): Finding {
  const it = about(check);
  const day = new Date(notAfter).toISOString().slice(0, 10);
  if (notAfter <= now)
    return it.failed(`it expired on ${day}`, 'renew it, and look at what renews it');
  if (notBefore > now) {
    const from = new Date(notBefore).toISOString();
    return it.failed(`it is valid from ${from} on only`, 'look at the clocks of both sides');
  }
  if (untrusted === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const remedy = 'have it issued for the address in use, or use an address that it names';
    return it.failed(`it is for other names (${names})`, remedy);
  }
  if (untrusted !== undefined) {
    return it.failed(`it does not verify by ${trust.by} (${untrusted})`, trust.remedy);
  }
  const left = notAfter - now;
  if (left < Math.min(WEEK_MS, (notAfter - notBefore) / 4)) {
    return it.warning(`it expires in ${formatDuration(left)}`, 'look at what renews it');
  }
  return it.ok(`it verifies by ${trust.by}, and is valid until ${day}`);
}
