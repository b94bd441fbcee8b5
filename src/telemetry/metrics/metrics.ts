import { type ClusterMetrics, clusterMetrics } from './cluster-metrics.ts';
import { type CredentialMetrics, credentialMetrics } from './credential-metrics.ts';
import { type DeliveryMetrics, deliveryMetrics } from './delivery-metrics.ts';
import { type ElectionMetrics, electionMetrics } from './election-metrics.ts';
import { type MetricDescription, newRegistry } from './metric-kit.ts';
import { type ProcessUsage, processMetrics } from './process-metrics.ts';

/** All that is measured. docs/guide/metrics.md lists it. */
export interface Metrics {
  readonly delivery: DeliveryMetrics;
  readonly credentials: CredentialMetrics;
  readonly cluster: ClusterMetrics;
  readonly election: ElectionMetrics;
  /** Every metric there is, with or without samples. */
  readonly list: readonly MetricDescription[];
  /** Has `measure` set gauges just before each scrape. */
  onScrape(measure: () => void): void;
  /** The exposition that a scrape is answered with, as `contentType`. */
  expose(): Promise<string>;
  readonly contentType: string;
}

export interface BuildInfo {
  readonly version: string;
  /** Of Node. */
  readonly runtime: string;
}

export function createMetrics(build: BuildInfo, usage: ProcessUsage): Metrics {
  const { registry, kit, made } = newRegistry();
  const measures: (() => void)[] = [];
  const groups = {
    delivery: deliveryMetrics(kit),
    credentials: credentialMetrics(kit),
    cluster: clusterMetrics(kit),
    election: electionMetrics(kit),
  };
  kit
    .gauge('build_info', 'Always 1; its labels say what runs', ['version', 'node_version'])
    .set({ version: build.version, node_version: build.runtime }, 1);
  processMetrics(kit, usage);
  return {
    ...groups,
    list: made,
    onScrape: (measure) => void measures.push(measure),
    expose() {
      for (const measure of measures) measure();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
