import assert from 'node:assert/strict';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../src/kube/api/kube-error.ts';
import type { EventObject } from '../../../src/kube/events/event-object.ts';
import {
  DEFAULT_RECORDER_SETTINGS,
  type RecorderAction,
  type RecorderInput,
  type RecorderReport,
  type RecorderSettings,
} from '../../../src/kube/events/messages.ts';
import type { PodNotice } from '../../../src/kube/events/pod-notice.ts';
import { createEventRecorder } from '../../../src/kube/events/recorder.ts';
import { seededRandom } from '../seeded-random.ts';
import { VIRTUAL_EPOCH } from '../virtual-clock.ts';

type Write = Exclude<RecorderAction, { kind: 'report' }>;

/** An Event recorder in the hands of a test, which plays the API server and the clock. */
export class RecorderDriver {
  readonly writes: Write[] = [];
  readonly reports: RecorderReport[] = [];
  /** What the API server says to each write from now on; undefined leaves it waiting for `answer`. */
  react: ((write: Write) => KubeError | undefined) | undefined = () => undefined;
  now = 0;
  readonly #recorder;
  readonly #random = seededRandom(1);

  constructor(settings: Partial<RecorderSettings> = {}) {
    const source = { component: 'kubernetes-vault', host: 'kubernetes-vault-0' };
    this.#recorder = createEventRecorder({ ...DEFAULT_RECORDER_SETTINGS, source, ...settings });
  }

  /** Gives a notice. */
  give(...notices: readonly PodNotice[]): this {
    for (const notice of notices) {
      this.input({ kind: 'notice', notice, at: VIRTUAL_EPOCH + this.now });
    }
    return this;
  }

  /** Answers the write under way. */
  answer(error?: KubeError): void {
    this.input({ kind: 'answered', error });
  }

  /** Lets time pass, and wakes the recorder whenever it wants to be. */
  pass(ms: number): this {
    const until = this.now + ms;
    for (let at = this.nextWake(); at !== undefined && at <= until; at = this.nextWake()) {
      assert.ok(at > this.now, 'it wants to be woken without end');
      this.now = at;
      this.input({ kind: 'wake' });
    }
    this.now = until;
    return this;
  }

  nextWake(): number | undefined {
    return this.#recorder.nextWake(this.now);
  }

  counts() {
    return this.#recorder.counts();
  }

  /** The Events that were created. */
  get created(): EventObject[] {
    return this.writes.flatMap((write) => (write.kind === 'create' ? [write.event] : []));
  }

  input(input: RecorderInput): void {
    for (const action of this.#recorder.step(input, this.now, this.#random())) {
      if (action.kind === 'report') this.reports.push(action.report);
      else {
        this.writes.push(action);
        if (this.react !== undefined) this.answer(this.react(action));
      }
    }
  }
}

export function notice(change: Partial<PodNotice> & { readonly name?: string } = {}): PodNotice {
  const { name = 'web-1', ...rest } = change;
  return {
    pod: { uid: `uid-of-${name}`, namespace: 'shop', name },
    type: 'Warning',
    reason: 'VaultSecretFailed',
    topic: 'role-missing',
    message: 'Vault has no AppRole "web"',
    urgency: 'usual',
    ...rest,
  };
}

export function delivered(name = 'web-1'): PodNotice {
  const [type, reason] = ['Normal', 'VaultSecretDelivered'] as const;
  return notice({ name, type, reason, topic: '', message: 'delivered' });
}

export const unreachable = new RetryableKubeError('unreachable', 'create an Event', 'ECONNREFUSED');

export function refusedWith(
  kind: 'forbidden' | 'notFound' | 'conflict' | 'rejected' | 'unauthorized',
  words = 'no',
): KubeError {
  return new FinalKubeError(kind, 'create an Event', words);
}

/** So many different names. */
export function some(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}
