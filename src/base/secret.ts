import { inspect } from 'node:util';

/**
 * A string that must never be seen: it prints as `[secret]` in templates, JSON, logs and inspectors.
 * `reveal()` is called only where it goes onto the wire or into its file.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
