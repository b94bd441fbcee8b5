/** An object of the API, as far as the plan looks at it. */
export interface FakeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly status?: unknown;
}

/** Which objects, in the words of kubectl. */
export interface Selection {
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  readonly namespace: string | undefined;
  readonly app: string | undefined;
}

/** The API server's store. */
export class FakeObjects {
  readonly #byKey = new Map<string, FakeObject>();
  #seconds = 0;

  all(): readonly FakeObject[] {
    return [...this.#byKey.values()];
  }

  /** Every look is a second later: the order of times is that of events. */
  tick(): void {
    this.#seconds++;
  }

  put(object: FakeObject): void {
    const key = keyOf(object);
    const old = this.#byKey.get(key);
    const created = new Date(Date.UTC(2026, 0) + this.#seconds * 1_000).toISOString();
    const labels = { ...old?.metadata.labels, ...object.metadata.labels };
    const creationTimestamp = old?.metadata.creationTimestamp ?? created;
    const encoded = Object.entries(object.stringData ?? {}).map(([name, text]) => [
      name,
      Buffer.from(text).toString('base64'),
    ]);
    const data = { ...object.data, ...Object.fromEntries(encoded) };
    const metadata = { ...object.metadata, labels, creationTimestamp };
    this.#byKey.set(key, { ...old, ...object, data, metadata });
  }

  has(kind: string, name: string): boolean {
    return this.all().some((object) => object.kind === kind && object.metadata.name === name);
  }

  find(selection: Selection): readonly FakeObject[] {
    const { kinds, names, namespace, app } = selection;
    return this.all().filter(
      ({ kind, metadata }) =>
        kinds.includes(kind.toLowerCase()) &&
        (names.length === 0 || names.includes(metadata.name)) &&
        (namespace === undefined || metadata.namespace === namespace) &&
        (app === undefined || metadata.labels?.['app'] === app),
    );
  }

  /** With what is in it, where it is a namespace. */
  remove(object: FakeObject): void {
    this.#byKey.delete(keyOf(object));
    if (object.kind !== 'Namespace') return;
    const within = this.all().filter((one) => one.metadata.namespace === object.metadata.name);
    for (const one of within) this.#byKey.delete(keyOf(one));
  }
}

function keyOf({ kind, metadata }: FakeObject): string {
  return [kind, metadata.namespace, metadata.name].join('/');
}

/** Reads the words after `get` or `delete`. */
export function selectionOf(words: readonly string[]): Selection {
  const after = (flag: string) =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
  const values = ['-n', '-l', '-o'].map(after);
  const plain = words.filter((word) => !word.startsWith('-') && !values.includes(word));
  const [namespace, label] = values;
  const app = label?.replace(/^app=/, '');
  const pairs = plain.filter((word) => word.includes('/')).map((word) => word.split('/'));
  if (pairs.length > 0) {
    const kinds = pairs.map(([kind = '']) => kind);
    return { kinds, names: pairs.map(([, name = '']) => name), namespace, app };
  }
  const [kinds = '', ...names] = namesAfter(words, values);
  return { kinds: kinds.split(',').map((kind) => kind.replace(/s$/, '')), names, namespace, app };
}

/** A name may be that of its namespace, too. */
function namesAfter(words: readonly string[], values: readonly (string | undefined)[]): string[] {
  return words.filter((word, index) => {
    const before = words[index - 1] ?? '';
    return !word.startsWith('-') && !(/^-[nlo]$/.test(before) && values.includes(word));
  });
}
