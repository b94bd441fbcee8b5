/** A sample of an exposition: its labels in the order of their names. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The samples of an exposition in Prometheus' text format.
 * @throws at a line that is none, nor a comment
 */
export function readSamples(exposition: string): Sample[] {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name === undefined) throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text]);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** The value of the one sample with that name, without the project's prefix, and exactly those labels. */
export function sampleOf(
  exposition: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = keyOf(labels);
  return readSamples(exposition).find(
    (sample) => sample.name === `kubernetesvault_${name}` && keyOf(sample.labels) === wanted,
  )?.value;
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
