import type { Clock } from '../../base/clock.ts';
import { sanitize } from '../../base/sanitize.ts';
import { contextTrusting } from '../../vault/client/vault-agents.ts';
import { parseVaultAddress } from '../../vault/client/vault-settings.ts';
import { about, type Finding } from '../finding.ts';
import { CONNECTION_REMEDY } from '../net/connection-problem.ts';
import { type HttpProbe, httpProbe } from '../net/http-probe.ts';
import { judgeCertificate, type Trust } from '../net/judge-certificate.ts';
import { judgeClock } from '../net/judge-clock.ts';
import type { SeenCertificate } from '../net/seen-certificate.ts';

/** A Vault that answers as long as it runs at all: sealed, standby or neither. */
const ALWAYS_200 =
  'standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200';

/**
 * Vault API: `sys/health`, which everybody may ask.
 * @param ca PEM certificates that alone are to verify it; without it, the system's roots
 */
export async function gatherHealth(
  address: string,
  ca: string | undefined,
  clock: Clock,
): Promise<HttpProbe> {
  const base = parseVaultAddress(address).href.replace(/\/+$/, '');
  const url = new URL(`${base}/v1/sys/health?${ALWAYS_200}`);
  return await httpProbe(url, { secureContext: contextTrusting(ca) }, clock);
}

interface Health {
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly standby: boolean;
  readonly version: string;
}

/**
 * Whether Vault is there, shows a certificate that verifies, is unsealed, and has the right time.
 * @param trust undefined where what is to verify it is not known
 */
export function judgeHealth(
  address: string,
  probe: HttpProbe,
  trust: Trust | undefined,
  now: number,
): Finding[] {
  const it = about('vault.reachable');
  if (probe.kind === 'failed') {
    const { words, problem } = probe;
    return [it.failed(`${address} cannot be reached: ${words}`, CONNECTION_REMEDY[problem])];
  }
  const certificate =
    probe.certificate === undefined ? [] : [judgeShown(probe.certificate, trust, now)];
  const health = parseHealth(probe.body);
  if (health === undefined) {
    const reason = `${address} answers as no Vault does (HTTP ${probe.status})`;
    return [it.failed(reason, 'correct vault.addr: scheme, host, port and path'), ...certificate];
  }
  const role = health.standby ? 'a standby, which passes requests on' : 'active';
  return [
    it.ok(`${address} is Vault ${health.version}, ${role}`),
    ...certificate,
    judgeSeal(health),
    judgeClock('vault.clock', 'Vault', probe.skewMs),
  ];
}

function judgeShown(certificate: SeenCertificate, trust: Trust | undefined, now: number): Finding {
  const check = 'vault.certificate';
  if (trust !== undefined) return judgeCertificate(check, certificate, trust, now);
  return about(check).skipped('what is to verify it could not be fetched');
}

function judgeSeal({ initialized, sealed }: Health): Finding {
  const it = about('vault.sealed');
  if (!initialized) return it.failed('it is not initialized', 'initialize it: vault operator init');
  return sealed
    ? it.failed('it is sealed', 'unseal it: vault operator unseal')
    : it.ok('it is unsealed');
}

/** Undefined for what is not of Vault's making. */
function parseHealth(body: string): Health | undefined {
  try {
    const { initialized, sealed, standby, version } = JSON.parse(body) as Record<string, unknown>;
    if (typeof initialized !== 'boolean' || typeof sealed !== 'boolean') return undefined;
    const known = typeof version === 'string' ? sanitize(version) : 'of an unknown version';
    return { initialized, sealed, standby: standby === true, version: known };
  } catch {
    return undefined;
  }
}
