import type { PodBuilder } from '../kube/pods.ts';
import type { PodWriter } from './pod-writer.ts';

/** What runs as an init container: a process, or something that plays one. */
export interface Container {
  /** Its exit code. */
  readonly ended: Promise<number>;
}

/** A pod that a kubelet has on its node: it reports what happens to the pod's init container. */
export class PodOnNode {
  /** Resolves with the init container's exit code when its end has been reported. */
  ended: Promise<number> = Promise.reject(new Error('the init container was never started'));
  #pod: PodBuilder;
  readonly #writer: PodWriter;

  constructor(pod: PodBuilder, writer: PodWriter) {
    this.#pod = pod;
    this.#writer = writer;
    this.ended.catch(() => undefined);
  }

  /** The pod as it was reported last. */
  get builder(): PodBuilder {
    return this.#pod;
  }

  /** Reports something about the pod. */
  async report(change: (pod: PodBuilder) => PodBuilder): Promise<void> {
    this.#pod = change(this.#pod);
    await this.#writer.writeStatus(this.#pod);
  }

  /** Reports that the container runs, and its end as soon as it comes: with 0, the app starts. */
  async runs(container: Container): Promise<void> {
    const startedAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const reported = this.report((pod) => pod.withInitRunning(startedAt));
    this.ended = this.#followed(container, reported);
    this.ended.catch(() => undefined);
    await reported;
  }

  async #followed(container: Container, reported: Promise<void>): Promise<number> {
    const code = await container.ended;
    await reported;
    await this.report((pod) => {
      const ended = pod.withInitEnded(code);
      return code === 0 ? ended.running() : ended;
    });
    return code;
  }
}
