import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';

const PREFIX = 'kubernetesvault_';

/** Makes metrics of one registry. Names are given without the prefix that all of the project's have. */
export interface MetricKit {
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** A gauge that has no sample until it is set: 0 would claim that somebody had looked. */
  unknownGauge(name: string, help: string): Gauge<never>;
  histogram<L extends string = never>(
    name: string,
    help: string,
    about: { readonly buckets: readonly number[]; readonly labels?: readonly L[] },
  ): Histogram<L>;
  /** A gauge under a name of its own, which other programs have too; its value is read at each scrape. */
  standardGauge(name: string, help: string, value: () => number): void;
  /** As `standardGauge`, for a value that only grows. */
  standardCounter(name: string, help: string, value: () => number): void;
}

/** What is said of a metric where metrics are listed. */
export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

export interface NewRegistry {
  /** Of its own, not the library's global one. */
  readonly registry: Registry;
  readonly kit: MetricKit;
  /** What the kit has made. */
  readonly made: readonly MetricDescription[];
}

export function newRegistry(): NewRegistry {
  const registry = new Registry();
  const made: MetricDescription[] = [];
  /** Notes the metric, and gives what all kinds are made with. */
  const note = <L extends string>(description: MetricDescription & { labels: readonly L[] }) => {
    made.push(description);
    const { name, help, labels } = description;
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  const own = (name: string) => `${PREFIX}${name}`;
  const kit: MetricKit = {
    counter: (name, help, labels = []) =>
      new Counter(note({ name: own(name), type: 'counter', labels, help })),
    gauge: (name, help, labels = []) =>
      new Gauge(note({ name: own(name), type: 'gauge', labels, help })),
    unknownGauge(name, help) {
      const gauge = new Gauge(note({ name: own(name), type: 'gauge', labels: [], help }));
      gauge.remove();
      return gauge;
    },
    histogram: (name, help, { buckets, labels = [] }) =>
      new Histogram({
        ...note({ name: own(name), type: 'histogram', labels, help }),
        buckets: [...buckets],
      }),
    standardGauge(name, help, value) {
      const collect = () => gauge.set(value());
      const about = note({ name, type: 'gauge', labels: [], help });
      const gauge: Gauge = new Gauge({ ...about, collect });
    },
    standardCounter(name, help, value) {
      const collect = () => {
        counter.reset();
        counter.inc(value());
      };
      const about = note({ name, type: 'counter', labels: [], help });
      const counter: Counter = new Counter({ ...about, collect });
    },
  };
  return { registry, kit, made };
}
