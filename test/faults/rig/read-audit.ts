import type { Entry } from './record.ts';

/** Who a network address is. */
export type NameOf = (address: string) => string;

interface ApiServerLine {
  readonly sourceIPs: readonly string[];
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly verb: string;
  readonly responseObject?: {
    readonly metadata: {
      readonly name?: string;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec?: { readonly holderIdentity?: string };
  };
}

interface VaultLine {
  readonly time: string;
  readonly type: string;
  readonly request: { readonly path: string; readonly remote_address?: string };
}

const MINT = /^auth\/approle\/role\/[^/]+\/secret-id$/;
const LOGIN = 'auth/approle/login';
/** How the name of the Lease ends that says which Raft cluster it is. */
const CLUSTER_LEASE = '-cluster';

/**
 * The writes of the election's Lease that an audit log of kube-apiserver tells of (audit.k8s.io/v1), each at the
 * time when it was asked for: its author began it no later. `toMs` reads a time of the log.
 */
export function leaseWrites(text: string, nameOf: NameOf, toMs: (time: string) => number): Entry[] {
  return linesOf<ApiServerLine>(text).flatMap((line) => {
    const { sourceIPs, responseStatus, responseObject, verb } = line;
    if ((responseStatus?.code ?? 500) >= 300) return [];
    if (responseObject?.metadata.name?.endsWith(CLUSTER_LEASE)) return [];
    const holder = verb === 'delete' ? '' : responseObject?.spec?.holderIdentity;
    const annotations = responseObject?.metadata.annotations;
    return {
      kind: 'lease' as const,
      at: toMs(line.requestReceivedTimestamp),
      by: nameOf(sourceIPs[0] ?? ''),
      holder: holder || undefined,
      isMarked: annotations?.['lease.boostport.com/taken-by-probe'] === 'true',
      claim: annotations?.['lease.boostport.com/raft-term'],
    };
  });
}

/** The requests for a secret_id that an audit device of OpenBao tells of. */
export function mints(text: string, nameOf: NameOf, toMs: (time: string) => number): Entry[] {
  return linesOf<VaultLine>(text)
    .filter(({ type, request }) => type === 'request' && MINT.test(request.path))
    .map(({ time, request: { remote_address: from = '' } }) => {
      return { kind: 'mint' as const, at: toMs(time), by: nameOf(from) };
    });
}

/** How often somebody logged in by AppRole, and was let in. */
export function loginsIn(text: string): number {
  type Line = VaultLine & { readonly error?: string; readonly response?: { auth?: object } };
  return linesOf<Line>(text).filter(
    (line) => line.type === 'response' && line.request.path === LOGIN && !line.error,
  ).length;
}

/** The last line may not have come whole yet. */
function linesOf<T>(text: string): T[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as T);
}
