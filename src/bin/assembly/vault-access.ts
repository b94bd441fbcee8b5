import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { systemRandom as random } from '../../base/random.ts';
import type { Settings } from '../../config/settings.ts';
import type { Check } from '../../telemetry/health/check.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import { fetchCaBundle, lookAtCaBundle } from '../../vault/ca/fetch-ca-bundle.ts';
import { fileTrust, systemTrust } from '../../vault/ca/file-trust.ts';
import { liveAgents } from '../../vault/ca/live-agents.ts';
import { mountTrust } from '../../vault/ca/mount-trust.ts';
import { tellingUntrusted } from '../../vault/ca/untrusted.ts';
import type { VaultTrust } from '../../vault/ca/vault-trust.ts';
import {
  createVaultClient,
  DEFAULT_MAX_SOCKETS,
  type VaultClient,
} from '../../vault/client/vault-client.ts';
import { startTokenKeeper, type TokenKeeper } from '../../vault/own-token/keeper.ts';
import { fixedToken, tokenInFile } from '../../vault/own-token/sources/given.ts';
import { appRoleLogin, kubernetesLogin } from '../../vault/own-token/sources/logins.ts';
import type { TokenSource } from '../../vault/own-token/token-source.ts';
import { logTokenReport } from '../reports/log-token-report.ts';
import { logTrustReport } from '../reports/log-trust-report.ts';
import { measureTimeLeft, measureToken } from '../reports/measure-token.ts';
import { measuringVault } from '../reports/measure-vault.ts';

export interface VaultAccessParts {
  readonly settings: Settings['vault'];
  /** Where the service account's credentials are mounted. */
  readonly serviceAccountDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'credentials' | 'onScrape'>;
}

/** The controller's way to Vault: what verifies it, and the token that it is asked with. */
export interface VaultAccess extends Disposable {
  /** Sends nothing before there is a token. */
  readonly client: VaultClient;
  /** What verifies Vault, and is pushed to the pods. */
  ca(): string | undefined;
  /**
   * Resolves when there is a token for the first time.
   * @throws CaFetchError, UnfitTokenError
   */
  readonly ready: Promise<void>;
  readonly check: Check;
  /** Vault said that it does not accept the token. */
  doubtToken(): void;
}

const read = (path: string) => readFile(path, 'utf8');

/** Learns what verifies Vault, and then keeps the controller's token good, until it is disposed of. */
export function openVault(parts: VaultAccessParts): VaultAccess {
  const { settings, clock } = parts;
  const open = new DisposableStack();
  const trust = trustFor(parts);
  open.defer(() => trust.stop());
  const agents = liveAgents(() => trust.pem(), DEFAULT_MAX_SOCKETS);
  open.defer(() => agents.destroy());
  const { address, namespace } = settings;
  const place = { address, agents, ...(namespace === undefined ? {} : { namespace }) };
  let keeper: TokenKeeper | undefined;
  const untrusted = (words: string) => trust.doubt(words);
  const client = (token: () => ReturnType<TokenKeeper['token']>) =>
    measuringVault(
      tellingUntrusted(createVaultClient({ ...place, token }, clock), clock, untrusted),
      parts.metrics.credentials,
    );
  const ready = trust.ready.then(() => {
    if (open.disposed) return new Promise<void>(() => {});
    keeper = keeperFor(
      parts,
      client(() => undefined),
    );
    open.defer(() => keeper?.stop());
    measureTimeLeft(parts.metrics, keeper);
    return keeper.ready;
  });
  // Whoever awaits it gets the rejection; nobody need.
  ready.catch(() => {});
  const withToken = client(() => keeper?.token());
  return {
    client: {
      async send(request, options) {
        await ready;
        return await withToken.send(request, options);
      },
      close: () => withToken.close(),
    },
    ca: () => trust.pem(),
    ready,
    check: checkOf(trust, () => keeper),
    doubtToken: () => keeper?.doubt(),
    [Symbol.dispose]: () => open.dispose(),
  };
}

/** Asked about, the token is looked at again: whoever asks a little later knows of what happens now. */
function checkOf(trust: VaultTrust, keeper: () => TokenKeeper | undefined): Check {
  return {
    name: 'vault-token',
    state() {
      const missing = trust.missing();
      if (missing !== undefined) return { reason: `what verifies Vault is not known: ${missing}` };
      keeper()?.doubt();
      const standing = keeper()?.standing();
      if (standing?.kind === 'valid') return 'ok';
      return { reason: standing?.reason ?? 'not checked yet' };
    },
  };
}

function trustFor({ settings, clock, logger }: VaultAccessParts): VaultTrust {
  const report = (one: Parameters<typeof logTrustReport>[1]) => logTrustReport(logger, one);
  const { ca, address, namespace, url } = settings;
  if (ca.kind === 'file') {
    return fileTrust({ path: ca.path, first: ca.pem }, { read, clock, random }, report);
  }
  // There is no certificate to verify at an http:// address, which the log has warned of.
  if (ca.kind === 'system' || url.protocol === 'http:') return systemTrust(report);
  const place = { address, namespace, mounts: ca.mounts };
  return mountTrust({
    fetch: () => fetchCaBundle(place, clock),
    look: () => lookAtCaBundle(place, clock),
    sha256: ca.sha256,
    clock,
    random,
    report,
  });
}

function keeperFor(parts: VaultAccessParts, client: VaultClient): TokenKeeper {
  const { settings, clock, logger, metrics } = parts;
  return startTokenKeeper({
    client,
    source: sourceFor(parts, client),
    anyMaker: settings.skipTokenRoleNameValidation,
    clock,
    random,
    report(report) {
      measureToken(metrics.credentials, report);
      logTokenReport(logger, report);
    },
  });
}

function sourceFor(parts: VaultAccessParts, client: VaultClient): TokenSource {
  const { settings, serviceAccountDir, clock } = parts;
  const { ownToken } = settings;
  switch (ownToken.kind) {
    case 'token':
      return fixedToken(ownToken.token);
    case 'file':
      return tokenInFile(ownToken.path, { read, clock, random });
    case 'approle':
      return appRoleLogin(client, ownToken, read);
    case 'kubernetes': {
      const { mount, role, jwtFile = join(serviceAccountDir, 'token') } = ownToken;
      return kubernetesLogin(client, { mount, role, jwtFile }, read);
    }
  }
}
