import type { IncomingMessage } from 'node:http';
import { LARGEST_PUSH_BYTES } from '../../wire/push.ts';

/** So much is read of a body that is too large, so that its sender gets to read the answer. */
const MOST_DISCARDED_BYTES = 8 * LARGEST_PUSH_BYTES;

export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' };

/** The body of a request, when it has all come; undefined where the connection ended before. */
export function readBody(request: IncomingMessage): Promise<Body | undefined> {
  const { promise, resolve } = Promise.withResolvers<Body | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_PUSH_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > MOST_DISCARDED_BYTES) request.destroy();
  });
  request.on('end', () => {
    if (size > LARGEST_PUSH_BYTES) resolve({ kind: 'too-large' });
    else resolve({ kind: 'text', text: Buffer.concat(chunks).toString('utf8') });
  });
  request.on('error', () => resolve(undefined));
  request.on('close', () => resolve(undefined));
  return promise;
}
