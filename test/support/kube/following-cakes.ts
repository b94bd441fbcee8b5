import { MalformedJsonError } from '../../../src/kube/api/byte-collector.ts';
import { fields } from '../../../src/kube/api/json.ts';
import {
  type KubeError,
  type KubeErrorKind,
  RetryableKubeError,
} from '../../../src/kube/api/kube-error.ts';
import { followObjects } from '../../../src/kube/follow/follow-objects.ts';
import { virtualClock } from '../virtual-clock.ts';
import { scriptedClient } from './scripted-client.ts';

export const PATH = '/apis/shop/v1/namespaces/default/cakes';
export const RETRY = { baseMs: 100, capMs: 1_000 };
export const SILENCE_MS = 3_000;

/** Follows cakes, of which only the taste matters. */
export function following() {
  const clock = virtualClock();
  const client = scriptedClient();
  const told: string[] = [];
  const troubles: (KubeErrorKind | undefined)[] = [];
  const errors: KubeError[] = [];
  const follower = followObjects({
    client,
    objects: {
      name: 'cakes',
      path: PATH,
      query: { labelSelector: 'sweet' },
      decode: (object) => tasteOf(object),
      rbacRule: 'the right to cakes',
    },
    settings: { listDeadlineMs: 1_250, silenceMs: SILENCE_MS, retry: RETRY },
    clock,
    random: () => 0.5,
    see: ({ version, objects }) => void told.push(`${version}: ${objects.join(' ')}`),
    trouble(error) {
      troubles.push(error?.kind);
      if (error !== undefined) errors.push(error);
    },
  });
  return { clock, client, told, troubles, errors, follower };
}

export function tasteOf(object: unknown): string {
  const { taste } = fields(object);
  if (typeof taste !== 'string') throw new MalformedJsonError('a cake without taste');
  return taste;
}

export function cake(name: string, taste: string, version = '1') {
  return { metadata: { name, resourceVersion: version }, taste };
}

export function event(type: string, name: string, taste: string, version: string) {
  return { type, object: cake(name, taste, version) };
}

export function unreachable(): KubeError {
  return new RetryableKubeError('unreachable', 'x', 'ECONNRESET');
}

export function verbs({ client }: ReturnType<typeof following>): string[] {
  return client.asked.map(({ request }) => request.name.split(' ')[0] ?? '');
}
