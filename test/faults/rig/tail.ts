import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** What is appended to a file from now on. */
export class Tail {
  readonly #path: string;
  readonly #from: number;

  constructor(path: string) {
    this.#path = path;
    this.#from = existsSync(path) ? statSync(path).size : 0;
  }

  text(): string {
    if (!existsSync(this.#path)) return '';
    const file = openSync(this.#path, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#from);
      const read = readSync(file, bytes, 0, bytes.length, this.#from);
      return bytes.toString('utf8', 0, read);
    } finally {
      closeSync(file);
    }
  }
}
