import type { Clock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { Settings } from '../../config/settings.ts';
import { DeliveryCore } from '../../delivery/core.ts';
import { type CredentialSource, vaultCredentialSource } from '../../delivery/credential-source.ts';
import { httpsPusher } from '../../delivery/pusher.ts';
import type { Reporter } from '../../delivery/report.ts';
import { measureWaiting } from '../../delivery/reporters/waiting-metrics.ts';
import { DeliveryRunner } from '../../delivery/runner.ts';
import { DEFAULT_LIMITS } from '../../delivery/steps/world.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import type { VaultAccess } from './vault-access.ts';

export interface DeliveryParts {
  readonly vault: VaultAccess;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  readonly allowLoopback: boolean;
}

/** What decides for each pod and carries that out; it must be told of the pods, and when to act. */
export function deliveryFor(
  { vault: config, authorization }: Pick<Settings, 'vault' | 'authorization'>,
  { vault, clock, reporter, metrics, allowLoopback }: DeliveryParts,
): DeliveryRunner {
  const pushed = () => ({
    vaultAddr: config.address,
    vaultCas: vault.ca(),
    appRoleMount: config.appRoleMount,
    vaultNamespace: config.namespace,
  });
  const minting = {
    appRoleMount: config.appRoleMount,
    wrappingTtlSeconds: config.wrappingTtlSeconds,
    metadata: config.secretIdMetadata,
    bindToPodIp: config.bindToPodIp,
  };
  const core = new DeliveryCore({ authorization, allowLoopback, limits: DEFAULT_LIMITS });
  measureWaiting(metrics, core, clock);
  return new DeliveryRunner({
    core,
    vault: doubting(vaultCredentialSource(vault.client, minting, clock), vault),
    pusher: httpsPusher(pushed, clock),
    reporter,
    clock,
    random: systemRandom,
  });
}

/** The same source, which also has the token looked at, and looked for, where Vault does not accept it. */
function doubting(source: CredentialSource, { doubtToken }: VaultAccess): CredentialSource {
  return {
    ...source,
    async lookUpSelf() {
      const answer = await source.lookUpSelf();
      if (answer.kind === 'invalid') doubtToken();
      return answer;
    },
  };
}
