import type { Clock } from '../../base/clock.ts';
import { hostPort } from '../../base/ip.ts';
import { about, type Finding } from '../finding.ts';
import type { ConnectionProblem } from '../net/connection-problem.ts';
import { type TlsProbe, tlsProbe } from '../net/tls-probe.ts';

export interface PortFacts {
  readonly ip: string;
  readonly port: number;
  readonly probe: TlsProbe;
}

export async function gatherPort(
  target: { readonly ip: string; readonly port: number },
  clock: Clock,
): Promise<PortFacts> {
  const { ip, port } = target;
  return { ip, port, probe: await tlsProbe(target, clock) };
}

const REMEDY: Readonly<Record<ConnectionProblem, string>> = {
  'no-such-name': 'look at the pod IP',
  'no-route': 'look at the pod network between here and its node',
  refused:
    'look at its log: it does not listen there (yet); LISTEN_PORT and the annotation must agree',
  timeout: 'look at network policies that keep the controller from the pod, or at the pod network',
  reset: 'look at service meshes, proxies and network policies between here and the pod',
  'not-tls':
    'let the annotation name the init container that runs kubernetes-vault-init, and its port',
  'not-http': 'look at what listens there',
  other: 'look at the network between here and the pod',
};

/**
 * Judges how far one came with the port that is pushed to.
 * @param inPod whether we are where the controller is: from elsewhere pods need not be reachable
 */
export function judgePort({ ip, port, probe }: PortFacts, inPod: boolean): Finding {
  const it = about('pod.port');
  const address = hostPort(ip, port);
  if (probe.kind === 'connected') return judgePeer(address, ip, probe);
  const { problem, words } = probe;
  const reason =
    probe.kind === 'no-connection'
      ? `${address} ${CONNECTION_WORDS[problem] ?? 'cannot be reached'} (${words})`
      : `${address} takes connections, but ${problem === 'reset' ? 'ends them' : 'no TLS comes of them'} (${words})`;
  if (inPod) return it.failed(reason, REMEDY[problem]);
  const remedy = `if the controller cannot reach it either (run this in its pod): ${REMEDY[problem]}`;
  return it.warning(`from here, ${reason}`, remedy);
}

const CONNECTION_WORDS: Partial<Record<ConnectionProblem, string>> = {
  refused: 'refuses connections',
  timeout: 'does not answer at all',
  reset: 'ends connections',
  'no-route': 'has no route to it',
};

/** Ours signs its certificate itself, for its addresses. */
function judgePeer(
  address: string,
  ip: string,
  { certificate }: Extract<TlsProbe, { kind: 'connected' }>,
): Finding {
  const it = about('pod.port');
  if (certificate.selfSigned && certificate.isFor(ip)) {
    return it.ok(`an init container of ours answers at ${address}`);
  }
  const whose = certificate.selfSigned ? 'self-signed' : 'issued by some authority';
  const reason = `something else speaks TLS at ${address}: its certificate is ${whose}, for ${certificate.names}`;
  const remedy = `${REMEDY['not-tls']}; look at service meshes, too`;
  return it.failed(reason, remedy);
}
