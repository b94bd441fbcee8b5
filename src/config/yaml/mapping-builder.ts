import { keyPath, type Path, type Position, type Problem } from '../problem.ts';
import type { Entry, Mapping, Tree } from './tree.ts';

/** Puts a mapping together: its own keys first, then what `<<` merges in, the first merge winning. */
export class MappingBuilder {
  readonly #path: Path;
  readonly #entries = new Map<string, Entry>();
  readonly #merged: Mapping[] = [];
  readonly #problems: Problem[] = [];

  constructor(path: Path) {
    this.#path = path;
  }

  set(keyAt: Position, name: string, value: Tree): void {
    const first = this.#entries.get(name);
    if (first === undefined) {
      this.#entries.set(name, { keyAt, value });
      return;
    }
    this.#problems.push({
      at: keyAt,
      key: keyPath([...this.#path, name]),
      wrong: `is set a second time (first on line ${first.keyAt.line})`,
      write: 'keep one of the two',
    });
  }

  merge(keyAt: Position, value: Tree): void {
    const sources = value.kind === 'list' ? value.items : [value];
    for (const source of sources) {
      if (source.kind === 'mapping') this.#merged.push(source);
      else this.#refuseMerge(keyAt);
    }
  }

  build(): { entries: ReadonlyMap<string, Entry>; problems: readonly Problem[] } {
    for (const source of this.#merged) {
      for (const [name, entry] of source.entries) {
        if (!this.#entries.has(name)) this.#entries.set(name, entry);
      }
    }
    return { entries: this.#entries, problems: this.#problems };
  }

  #refuseMerge(keyAt: Position): void {
    this.#problems.push({
      at: keyAt,
      key: keyPath([...this.#path, '<<']),
      wrong: 'merges something that is not a mapping',
      write: 'name an anchor of a mapping, such as `<<: *defaults`',
    });
  }
}
