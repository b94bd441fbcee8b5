import type { Logger } from '../../telemetry/logger.ts';
import type { TrustReport } from '../../vault/ca/vault-trust.ts';

/** Writes what there is to say of the certificates that verify Vault as log lines. */
export function logTrustReport(logger: Logger, report: TrustReport): void {
  switch (report.kind) {
    case 'pinned': {
      const { fingerprints, verified } = report;
      const message = 'vault.tls.vaultCABackends delivered what verifies Vault from now on';
      if (verified) return logger.info({ fingerprints }, message);
      const remedy = `if these are the right ones, write in vault.tls: ${line(fingerprints)}`;
      return logger.warn({ remedy }, `${message}; nothing vouches for it`);
    }
    case 'replaced': {
      const { fingerprints } = report;
      return logger.info({ fingerprints }, 'vault.tls.caCert has changed, and verifies Vault now');
    }
    case 'changed': {
      const remedy = `if that is meant, restart the controller, with ${line(report.fingerprints)} in vault.tls`;
      const message =
        'vault.tls.vaultCABackends deliver other certificates than at start, which are not used';
      return logger.error({ remedy }, message);
    }
    case 'unreadable': {
      const message = `cannot read what verifies Vault: ${report.words}`;
      if (report.othersInUse)
        return logger.warn({}, `${message}; what was read before stays in use`);
      return logger.error({}, message);
    }
    case 'refused':
      return logger.error({}, `the certificate of Vault is not accepted: ${report.words}`);
  }
}

/** As it is written into the configuration. */
function line(fingerprints: readonly string[]): string {
  return `caSHA256: [${fingerprints.map((one) => `"${one}"`).join(', ')}]`;
}
