import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PodBuilder } from '../kube/pods.ts';
import type { Container, PodOnNode } from '../kubelet/pod-on-node.ts';
import { within } from '../until.ts';
import type { Image } from './image.ts';

/** What `vault-token` holds. */
export interface TokenFile {
  readonly clientToken: string;
  readonly accessor: string;
  readonly leaseDuration: number;
  readonly renewable: boolean;
  readonly vaultAddr: string;
}

export interface PodParts {
  readonly uid: string;
  readonly ip: string;
  /** Where its credential files are. */
  readonly folder: string;
  readonly onNode: PodOnNode;
  /** Starts what the pod runs as its init container. */
  readonly run: (image: Image | undefined) => Container;
  /** What everybody has printed, for the message of a pod that is not served. */
  readonly explain: () => string;
}

/** A pod of the installation, and the volume that its containers share. */
export class Pod {
  readonly #parts: PodParts;

  constructor(parts: PodParts) {
    this.#parts = parts;
  }

  get uid(): string {
    return this.#parts.uid;
  }

  get ip(): string {
    return this.#parts.ip;
  }

  get folder(): string {
    return this.#parts.folder;
  }

  /** The pod as it was reported last. */
  get builder(): PodBuilder {
    return this.#parts.onNode.builder;
  }

  get name(): string {
    const { namespace, name } = this.builder.build().metadata;
    return `${namespace}/${name}`;
  }

  /** Starts its init container, anew if it ran before; resolves when that has been reported. */
  async start(image?: Image): Promise<void> {
    await this.#parts.onNode.runs(this.#parts.run(image));
  }

  /** Starts its init container, of which nothing is reported; its exit code. */
  async startUnseen(): Promise<number> {
    return await this.#parts.run(undefined).ended;
  }

  /** Reports something about it, as its kubelet does. */
  async report(change: (pod: PodBuilder) => PodBuilder): Promise<void> {
    await this.#parts.onNode.report(change);
  }

  /** Its init container's exit code. */
  async ended(withinMs = 30_000): Promise<number> {
    try {
      return await within(`${this.name} has ended`, this.#parts.onNode.ended, withinMs);
    } catch (cause) {
      throw new Error(`${this.name} did not end.\n${this.#parts.explain()}`, { cause });
    }
  }

  /** Waits until its init container has ended well. */
  async served(withinMs?: number): Promise<this> {
    const code = await this.ended(withinMs);
    if (code === 0) return this;
    throw new Error(`${this.name} ended with ${code}.\n${this.#parts.explain()}`);
  }

  /** The text of a file in its volume. */
  file(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  token(): TokenFile {
    return JSON.parse(this.file('vault-token'));
  }
}
