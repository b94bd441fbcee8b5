import { configSchema, type JsonSchema } from './config-schema.ts';

const PORT = { type: 'integer', minimum: 1, maximum: 65_535 };
const TEXTS = { type: 'object', additionalProperties: { type: 'string' } };
/** Of a type of Kubernetes, which the API server checks. */
const OF_KUBERNETES = { type: 'object' };
const LIST_OF_KUBERNETES = { type: 'array', items: { type: 'object' } };
const LIST_OF_TEXTS = { type: 'array', items: { type: 'string', minLength: 1 } };
const NUMBER_OR_SHARE = { type: ['integer', 'string'], minimum: 0, pattern: '^([0-9]+%)?$' };
const DIGEST = { pattern: '^$|^sha256:[0-9a-f]{64}$' };
const TIME = { pattern: '^$|^([0-9]+(ms|s|m|h))+$' };

const APP_NAMESPACE = {
  type: 'object',
  additionalProperties: false,
  required: ['namespace'],
  properties: {
    namespace: { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' },
    podSelector: OF_KUBERNETES,
    port: { ...PORT, minimum: 1024, maximum: 65_534 },
    allowOtherPorts: { type: 'boolean' },
  },
};

/**
 * What the defaults of values.yaml do not tell of what may stand at a value, by its path. A rule
 * with a type says it all, below it too; one without adds to the type of the default.
 */
export const VALUE_RULES: Readonly<Record<string, JsonSchema>> = {
  commonLabels: TEXTS,
  replicas: { minimum: 0 },
  logLevel: { enum: ['debug', 'info', 'warn', 'error'] },
  'image.digest': DIGEST,
  'image.pullPolicy': { enum: ['Always', 'IfNotPresent', 'Never'] },
  'initImage.digest': DIGEST,
  imagePullSecrets: LIST_OF_KUBERNETES,
  'vault.addr': { pattern: '^$|^https?://|\\$' },
  watchNamespace: { pattern: '^$|^~.|^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$' },
  'authorization.rules': configSchema(['authorization', 'rules']),
  config: configSchema(),
  'serviceAccount.annotations': TEXTS,
  peerPort: PORT,
  election: { enum: ['lease', 'raft'] },
  'cluster.gossipPort': PORT,
  'cluster.raftPort': PORT,
  'cluster.dataSize': { pattern: '^[0-9]+(Ki|Mi|Gi)$' },
  'health.port': PORT,
  'metrics.port': PORT,
  'metrics.clientCA.vaultMounts': LIST_OF_TEXTS,
  'metrics.serviceMonitor.labels': TEXTS,
  'metrics.serviceMonitor.interval': TIME,
  'metrics.serviceMonitor.scrapeTimeout': TIME,
  'metrics.serviceMonitor.relabelings': LIST_OF_KUBERNETES,
  'metrics.serviceMonitor.metricRelabelings': LIST_OF_KUBERNETES,
  'metrics.prometheusRule.labels': TEXTS,
  'metrics.prometheusRule.disabledAlerts': LIST_OF_TEXTS,
  'metrics.dashboard.labels': TEXTS,
  'metrics.dashboard.annotations': TEXTS,
  'networkPolicy.controllers.metricsFrom': LIST_OF_KUBERNETES,
  'networkPolicy.controllers.egress': LIST_OF_KUBERNETES,
  'networkPolicy.apps': { type: 'array', items: APP_NAMESPACE },
  'podDisruptionBudget.maxUnavailable': NUMBER_OR_SHARE,
  'podDisruptionBudget.minAvailable': NUMBER_OR_SHARE,
  updateStrategy: OF_KUBERNETES,
  podAnnotations: TEXTS,
  podLabels: TEXTS,
  podSecurityContext: OF_KUBERNETES,
  securityContext: OF_KUBERNETES,
  resources: OF_KUBERNETES,
  startupProbe: OF_KUBERNETES,
  livenessProbe: OF_KUBERNETES,
  readinessProbe: OF_KUBERNETES,
  terminationGracePeriodSeconds: { minimum: 0 },
  nodeSelector: TEXTS,
  tolerations: LIST_OF_KUBERNETES,
  affinity: OF_KUBERNETES,
  topologySpreadConstraints: LIST_OF_KUBERNETES,
  extraEnv: LIST_OF_KUBERNETES,
  extraVolumes: LIST_OF_KUBERNETES,
  extraVolumeMounts: LIST_OF_KUBERNETES,
};
