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

/** A registry of its own, not the library's global one, and what makes metrics in it. */
export function newRegistry(): { readonly registry: Registry; readonly kit: MetricKit } {
  const registry = new Registry();
  const registers = [registry];
  const common = (name: string, help: string) => ({ name: `${PREFIX}${name}`, help, registers });
  const kit: MetricKit = {
    counter: (name, help, labels = []) =>
      new Counter({ ...common(name, help), labelNames: [...labels] }),
    gauge: (name, help, labels = []) =>
      new Gauge({ ...common(name, help), labelNames: [...labels] }),
    unknownGauge(name, help) {
      const gauge = new Gauge(common(name, help));
      gauge.remove();
      return gauge;
    },
    histogram: (name, help, { buckets, labels = [] }) =>
      new Histogram({ ...common(name, help), buckets: [...buckets], labelNames: [...labels] }),
    standardGauge(name, help, value) {
      const collect = () => gauge.set(value());
      const gauge: Gauge = new Gauge({ name, help, registers, collect });
    },
    standardCounter(name, help, value) {
      const collect = () => {
        counter.reset();
        counter.inc(value());
      };
      const counter: Counter = new Counter({ name, help, registers, collect });
    },
  };
  return { registry, kit };
}
