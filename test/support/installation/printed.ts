/** Everything that the parts of an installation print, whoever prints it. */
export interface Printed {
  /** Something that prints: its name, and what it has printed so far. */
  add(name: string, printed: () => string): void;
  /** All of it, by name. */
  all(): ReadonlyMap<string, string>;
}

export function collectPrinted(): Printed {
  const sources = new Map<string, (() => string)[]>();
  return {
    add: (name, printed) => void sources.set(name, [...(sources.get(name) ?? []), printed]),
    all: () =>
      new Map([...sources].map(([name, parts]) => [name, parts.map((it) => it()).join('')])),
  };
}
