import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';
import type { KubeAccess, KubeCredentials } from '../../kube/api/credentials.ts';
import { fields, text } from '../../kube/api/json.ts';
import { about, type Finding } from '../finding.ts';
import { CONNECTION_REMEDY } from '../net/connection-problem.ts';
import { type HttpProbe, httpProbe } from '../net/http-probe.ts';
import { judgeCertificate } from '../net/judge-certificate.ts';
import { judgeClock } from '../net/judge-clock.ts';
import type { SeenCertificate } from '../net/seen-certificate.ts';

/** How far one comes with the API server before saying who one is. */
export type ApiServerFacts =
  | { readonly kind: 'no-credentials'; readonly words: string }
  | {
      readonly kind: 'probed';
      readonly origin: string;
      readonly probe: HttpProbe;
      /** Whether the credentials say that its certificate is not to be verified. */
      readonly unverified: boolean;
    };

export async function gatherApiServer(
  credentials: KubeCredentials,
  clock: Clock,
): Promise<ApiServerFacts> {
  let access: KubeAccess;
  try {
    access = await credentials.access();
  } catch (error) {
    return { kind: 'no-credentials', words: sanitize(messageOf(error)) };
  }
  const { ca, servername, rejectUnauthorized } = access.tls;
  const tls = { ...(ca !== undefined && { ca }), ...(servername !== undefined && { servername }) };
  const url = new URL(`${access.server.href.replace(/\/$/, '')}/version`);
  const probe = await httpProbe(url, tls, clock);
  return { kind: 'probed', origin: url.origin, probe, unverified: rejectUnauthorized === false };
}

const API = 'kubernetes.api';

/** Whether it is there, shows the right certificate, and has the right time. */
export function judgeApiServer(facts: ApiServerFacts, now: number): Finding[] {
  const it = about(API);
  if (facts.kind === 'no-credentials') {
    const remedy = 'set KUBECONFIG, or run this in the pod of the controller';
    return [it.failed(`there are no credentials for it: ${facts.words}`, remedy)];
  }
  const { origin, probe, unverified } = facts;
  if (probe.kind === 'failed') {
    const { problem, words } = probe;
    return [it.failed(`${origin} cannot be reached: ${words}`, CONNECTION_REMEDY[problem])];
  }
  const { certificate, status, body, skewMs } = probe;
  return [
    judgeVersion(origin, status, body),
    ...(certificate === undefined ? [] : [judgeShown(certificate, unverified, now)]),
    judgeClock('kubernetes.clock', 'the API server', skewMs),
  ];
}

const TRUST = {
  by: 'the CA of the credentials',
  remedy: 'correct certificate-authority in the kubeconfig, or look who answers in its place',
};

function judgeShown(certificate: SeenCertificate, unverified: boolean, now: number): Finding {
  const check = 'kubernetes.certificate';
  if (!unverified) return judgeCertificate(check, certificate, TRUST, now);
  const remedy = 'take insecure-skip-tls-verify out of the kubeconfig';
  return about(check).warning('the credentials say that nobody is to verify it', remedy);
}

function judgeVersion(origin: string, status: number, body: string): Finding {
  const it = about(API);
  const version = versionIn(body);
  if (version !== undefined) return it.ok(`${origin} serves Kubernetes ${sanitize(version)}`);
  // Where anonymous requests are refused, the answer says no more than that there is one.
  if (status === 401 || status === 403) return it.ok(`${origin} answers`);
  const remedy = 'look at what stands at that address: it is no API server, or it is not well';
  return it.failed(`${origin} answers with HTTP ${status}, and without a version`, remedy);
}

function versionIn(body: string): string | undefined {
  try {
    return text(fields(JSON.parse(body))['gitVersion']);
  } catch {
    return undefined;
  }
}
