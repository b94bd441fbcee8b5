import { systemClock } from '../../base/clock.ts';
import type { Settings } from '../../config/settings.ts';
import { findCredentials } from '../../kube/api/find-credentials.ts';
import { createKubeClient } from '../../kube/api/kube-client.ts';
import { podsCheck } from '../../kube/pods-check.ts';
import type { Check } from '../../telemetry/health/check.ts';
import { startHealthServer } from '../../telemetry/health/health-server.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { deliveryFor } from './deliver.ts';
import { takePart } from './election/elect.ts';
import { keepWarm } from './keep-warm.ts';
import { ownMetrics } from './own-metrics.ts';
import { seePods } from './see-pods.ts';
import { serveMetrics } from './serve-metrics.ts';
import { serviceAccountDir } from './service-account-dir.ts';
import { tellPeople } from './tell-people.ts';
import { openVault } from './vault-access.ts';

export interface ControllerEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

export interface Controller {
  /** @throws what keeps it from ever doing its work: CaFetchError, UnfitTokenError */
  readonly failed: Promise<never>;
  /**
   * Mints nothing more, hands the lead over at once, lets pushes in flight and Events that wait finish,
   * and then lets go of everything.
   */
  stop(): Promise<void>;
}

/** How long pushes in flight may take to finish when the controller stops. */
const HAND_OVER_MS = 5_000;
/** And after them Events about pods, which nobody else would write. */
const EVENTS_MS = 2_000;

/**
 * Builds the controller of its parts and starts it.
 * @throws Error where the environment leads to no API server
 * @throws ListenError where a port cannot be had
 */
export async function startController(
  settings: Settings,
  { variables, logger }: ControllerEnvironment,
): Promise<Controller> {
  const common = { settings, clock: systemClock, logger, metrics: ownMetrics() };
  const { clock } = common;
  const folder = serviceAccountDir(variables);
  using starting = new DisposableStack();
  const kube = createKubeClient(findCredentials(variables, folder, clock), clock);
  starting.defer(() => kube.close());
  const vault = starting.use(
    openVault({ ...common, settings: settings.vault, serviceAccountDir: folder }),
  );
  starting.use(await serveMetrics({ ...common, vault: vault.client }));
  const reporter = starting.use(tellPeople({ ...common, variables, kube }));
  const allowLoopback = variables['KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS'] === 'true';
  const delivery = deliveryFor(settings, { ...common, vault, reporter, allowLoopback });
  const election = await takePart({
    ...common,
    variables,
    kube,
    onTerm: (term) => delivery.act(term),
  });
  starting.defer(() => election.stop());
  const pods = podsCheck();
  const checks = [CONFIG_CHECK, vault.check, pods, election.check];
  starting.use(await serveHealth(settings.health.port, checks, logger));
  const seen = starting.use(
    seePods({ ...common, kube, pods, sink: (event) => delivery.take({ kind: 'pods', event }) }),
  );
  starting.use(keepWarm(() => vault.doubtToken(), clock));
  const standing = Promise.all([vault.ready, seen.pendingListed]).then(() => election.stand());
  const started = starting.move();
  return {
    failed: standing.then(() => new Promise<never>(() => {})),
    async stop() {
      const finished = delivery.stop(HAND_OVER_MS);
      await Promise.all([finished, election.handOver()]);
      await reporter.finish(EVENTS_MS);
      started.dispose();
    },
  };
}

/** What is wrong with a configuration ends the start: whoever can ask has a right one. */
const CONFIG_CHECK: Check = { name: 'config', state: () => 'ok' };

function serveHealth(port: number, checks: readonly Check[], logger: Logger) {
  const keys = { portKey: 'health.port', addressKey: 'health.port' };
  return startHealthServer({ port, address: undefined, ...keys }, checks, logger);
}
