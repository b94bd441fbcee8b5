import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { leaseWrites, mints, type NameOf } from './read-audit.ts';
import { type Entry, type Happening, inOrder } from './record.ts';
import { Tail } from './tail.ts';

/** Node's own channels: https://nodejs.org/api/diagnostics_channel.html#http */
const REQUEST = 'http.server.request.start';
const ANSWERED = 'http.server.response.finish';

interface Exchanged {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Sources {
  /** The audit logs of kube-apiserver and of OpenBao. */
  readonly kubeAudit: string;
  readonly vaultAudit: string;
  readonly nameOf: NameOf;
  /** Whether an address of this process is an init container's. */
  readonly isPod: (address: string) => boolean;
}

/**
 * Writes down what controllers do, as those see it who are spoken to: the API server, Vault, and the
 * init containers of this process. It names nothing that is secret.
 */
export class Recorder implements Disposable {
  readonly #sources: Sources;
  readonly #kube: Tail;
  readonly #vault: Tail;
  readonly #seen: Entry[] = [];
  readonly #pushes = new WeakMap<IncomingMessage, { readonly by: string; readonly pod: string }>();
  readonly #startedAt = now();

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#kube = new Tail(sources.kubeAudit);
    this.#vault = new Tail(sources.vaultAudit);
    subscribe(REQUEST, this.#pushed);
    subscribe(ANSWERED, this.#answered);
  }

  /** Adds what has happened just now. */
  add(happening: Happening): void {
    this.#seen.push({ at: now() - this.#startedAt, ...happening });
  }

  /** All that is known now, in the order of time; milliseconds since the recorder began. */
  record(): Entry[] {
    const { nameOf } = this.#sources;
    const toMs = (time: string) => Date.parse(time) - this.#startedAt;
    const writes = leaseWrites(this.#kube.text(), nameOf, toMs);
    return inOrder([...this.#seen, ...writes, ...mints(this.#vault.text(), nameOf, toMs)]);
  }

  /** What Vault has written since the recorder began. */
  vaultAudit(): string {
    return this.#vault.text();
  }

  [Symbol.dispose](): void {
    unsubscribe(REQUEST, this.#pushed);
    unsubscribe(ANSWERED, this.#answered);
  }

  readonly #pushed = (message: unknown): void => {
    const { request } = message as Exchanged;
    const { localAddress: pod = '', remoteAddress = '' } = request.socket;
    if (!this.#sources.isPod(pod)) return;
    const push = { by: this.#sources.nameOf(remoteAddress), pod };
    this.#pushes.set(request, push);
    this.add({ kind: 'push', ...push });
  };

  readonly #answered = (message: unknown): void => {
    const { request, response } = message as Exchanged;
    const push = this.#pushes.get(request);
    if (push !== undefined) this.add({ kind: 'answer', ...push, status: response.statusCode });
  };
}

/** Milliseconds as the audit logs have them, but not moved by who sets the clock meanwhile. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
