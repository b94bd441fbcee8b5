import { type Clock, systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import type { Settings } from '../config/settings.ts';
import { combineReporters } from '../delivery/combine-reporters.ts';
import { DeliveryCore } from '../delivery/core.ts';
import { type CredentialSource, vaultCredentialSource } from '../delivery/credential-source.ts';
import { eventReporter } from '../delivery/event-reporter.ts';
import { logReporter } from '../delivery/log-reporter.ts';
import { metricsReporter } from '../delivery/metrics-reporter.ts';
import { httpsPusher } from '../delivery/pusher.ts';
import type { Reporter } from '../delivery/report.ts';
import { DeliveryRunner } from '../delivery/runner.ts';
import { DEFAULT_LIMITS } from '../delivery/steps/world.ts';
import { measureWaiting } from '../delivery/waiting-metrics.ts';
import { findCredentials } from '../kube/api/find-credentials.ts';
import { createKubeClient, type KubeClient } from '../kube/api/kube-client.ts';
import { createEventsApi } from '../kube/events/events-api.ts';
import { DEFAULT_RECORDER_SETTINGS } from '../kube/events/messages.ts';
import { startEventWriter } from '../kube/events/runner.ts';
import { podScope } from '../kube/pod-scope.ts';
import { createPodsApi } from '../kube/pods-api.ts';
import { type PodsCheck, podsCheck } from '../kube/pods-check.ts';
import { DEFAULT_REFLECTOR_SETTINGS } from '../kube/reflector/messages.ts';
import { startReflector } from '../kube/reflector/runner.ts';
import { countWatchEnds } from '../kube/watch-metrics.ts';
import type { Check } from '../telemetry/health/check.ts';
import { startHealthServer } from '../telemetry/health/health-server.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import { logRecorderReport } from './log-recorder-report.ts';
import { logReflectorReport } from './log-reflector-report.ts';
import { ownMetrics } from './own-metrics.ts';
import { serveMetrics } from './serve-metrics.ts';
import { serviceAccountDir } from './service-account-dir.ts';
import { openVault, type VaultAccess } from './vault-access.ts';

export interface ControllerEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

export interface Controller {
  /** @throws what keeps it from ever doing its work: CaFetchError, UnfitTokenError */
  readonly failed: Promise<never>;
  /** Mints nothing more, lets pushes in flight finish, and lets go of everything. */
  stop(): Promise<void>;
}

/** How long pushes in flight may take to finish when the controller stops. */
const HAND_OVER_MS = 5_000;

/**
 * Builds the controller of its parts and starts it.
 * @throws Error where the environment leads to no API server
 * @throws ListenError where a port cannot be had
 */
export async function startController(
  settings: Settings,
  environment: ControllerEnvironment,
): Promise<Controller> {
  const { variables, logger } = environment;
  const clock = systemClock;
  const folder = serviceAccountDir(variables);
  using starting = new DisposableStack();
  const kube = createKubeClient(findCredentials(variables, folder, clock), clock);
  starting.defer(() => kube.close());
  const metrics = ownMetrics();
  const vault = starting.use(
    openVault({ settings: settings.vault, serviceAccountDir: folder, clock, logger, metrics }),
  );
  const pods = podsCheck();
  const checks = [CONFIG_CHECK, vault.check, pods];
  starting.use(await serveHealth(settings.health.port, checks, logger));
  starting.use(await serveMetrics({ settings, metrics, vault: vault.client, logger, clock }));
  const allowLoopback = variables['KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS'] === 'true';
  const events = startEventWriter({
    api: createEventsApi(kube),
    settings: { ...DEFAULT_RECORDER_SETTINGS, source: eventSource(variables) },
    clock,
    random: systemRandom,
    report: (report) => logRecorderReport(logger, report),
  });
  starting.defer(() => events.stop());
  const reporter = combineReporters(
    logReporter(logger),
    metricsReporter(metrics, clock),
    eventReporter(events.write),
  );
  const delivery = deliveryFor(settings, { vault, clock, reporter, metrics, allowLoopback });
  const reflector = reflectorFor(settings, { kube, clock, logger, delivery, metrics, pods });
  starting.defer(() => reflector.stop());
  const acting = vault.ready.then(() => delivery.act(ALWAYS));
  const started = starting.move();
  return {
    failed: acting.then(() => new Promise<never>(() => {})),
    async stop() {
      await delivery.stop(HAND_OVER_MS);
      started.dispose();
    },
  };
}

/** Of a controller that is alone. */
const ALWAYS = { signal: new AbortController().signal, isValid: () => true };

/** What is wrong with a configuration ends the start: whoever can ask has a right one. */
const CONFIG_CHECK: Check = { name: 'config', state: () => 'ok' };

function serveHealth(port: number, checks: readonly Check[], logger: Logger) {
  const keys = { portKey: 'health.port', addressKey: 'health.port' };
  return startHealthServer({ port, address: undefined, ...keys }, checks, logger);
}

/** A pod's host name is its name. */
function eventSource(variables: ControllerEnvironment['variables']) {
  return { component: 'kubernetes-vault', host: variables['HOSTNAME'] };
}

interface DeliveryParts {
  readonly vault: VaultAccess;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  readonly allowLoopback: boolean;
}

function deliveryFor(
  { vault: config, authorization }: Settings,
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

interface ReflectorNeeds {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly delivery: DeliveryRunner;
  readonly metrics: Metrics;
  readonly pods: PodsCheck;
}

function reflectorFor(
  { kubernetes }: Settings,
  { kube, clock, logger, delivery, metrics, pods }: ReflectorNeeds,
) {
  return startReflector({
    api: createPodsApi(kube, podScope(kubernetes.watch), kubernetes.podSelector),
    settings: DEFAULT_REFLECTOR_SETTINGS,
    clock,
    random: systemRandom,
    sink(event) {
      pods.heard(event);
      delivery.take({ kind: 'pods', event });
    },
    report(report) {
      pods.reported(report);
      countWatchEnds(metrics.cluster, report);
      logReflectorReport(logger, report);
    },
  });
}
