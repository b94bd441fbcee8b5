import { decodeLease } from '../../../src/kube/leases/decode-lease.ts';
import type { KubeLease } from '../../../src/kube/leases/kube-lease.ts';
import type { ApiServer } from '../../../src/sim/api-server/api-server.ts';
import { apiHandler } from '../../../src/sim/api-server/handler.ts';
import { KINDS } from '../../../src/sim/api-server/kinds.ts';
import type { WatchEvent } from '../../../src/sim/api-server/watch.ts';
import type { Handler } from '../../../src/sim/exchange.ts';
import { BY_HAND, type Commit } from '../lease/lease-register.ts';

/** Who has written the Lease, and when that write began. */
export interface LeaseHistory {
  readonly commits: readonly Commit[];
  readonly lease: KubeLease | undefined;
  /** The API server, asked by this controller at that moment. */
  handlerFor(by: string, startedAt: number): Handler;
}

export function leaseHistory(api: ApiServer, now: () => number): LeaseHistory {
  const commits: Commit[] = [];
  let lease: KubeLease | undefined;
  let asking: { readonly by: string; readonly startedAt: number } | undefined;
  const handler = apiHandler(api);
  const note = ({ type, object }: WatchEvent) => {
    if (type === 'ERROR' || type === 'BOOKMARK') return;
    const before = lease;
    lease = type === 'DELETED' ? undefined : decodeLease(object);
    const { by, startedAt } = asking ?? { by: BY_HAND, startedAt: now() };
    const version = Number(object.metadata.resourceVersion);
    commits.push({ at: now(), startedAt, by, before, after: lease, version });
  };
  const watch = () => {
    const resourceVersion = String(api.version());
    api.watch(KINDS.leases, { resourceVersion }, { event: note, end: watch });
  };
  watch();
  return {
    commits,
    get lease() {
      return lease;
    },
    handlerFor: (by, startedAt) => (request, responder) => {
      asking = { by, startedAt };
      handler(request, responder);
      asking = undefined;
    },
  };
}
