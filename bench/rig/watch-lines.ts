import { get } from 'node:https';
import type { ApiAccess } from './api.ts';

export interface Watch extends Disposable {
  /** Rejects when no more lines come, or one could not be used. */
  readonly failed: Promise<never>;
}

/** Calls `onLine` for each line that the API server answers, for as long as it goes on. */
export function watchLines(
  { url, ca, token }: ApiAccess,
  path: string,
  onLine: (line: string) => void,
): Watch {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const outgoing = get(url + path, { ca, headers, agent: false }, (answer) => {
    if (answer.statusCode !== 200) reject(new Error(`GET ${path}: ${answer.statusCode}`));
    let rest = '';
    answer.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      try {
        for (const line of lines) onLine(line);
      } catch (error) {
        reject(error);
      }
    });
    answer.on('error', reject);
    answer.on('end', () => reject(new Error(`GET ${path}: the answer has ended`)));
  });
  outgoing.on('error', reject);
  return { failed, [Symbol.dispose]: () => outgoing.destroy() };
}
