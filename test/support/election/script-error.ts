import assert from 'node:assert/strict';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../src/kube/api/kube-error.ts';
import { option } from './script-words.ts';

/** What a request failed with: `unreachable`, `conflict`, `throttled after=9000`. */
export function toError([kind = '', ...words]: readonly string[]): KubeError {
  switch (kind) {
    case 'throttled':
    case 'server':
    case 'unreachable':
    case 'malformed': {
      const retryAfterMs = Number(option(words, 'after') ?? 0);
      return new RetryableKubeError(kind, 'ask', kind, { retryAfterMs });
    }
    case 'unauthorized':
    case 'forbidden':
    case 'notFound':
    case 'conflict':
    case 'rejected':
      return new FinalKubeError(kind, 'ask', kind);
    default:
      return assert.fail(`there is no error ${kind}`);
  }
}
