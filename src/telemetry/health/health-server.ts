import { createServer } from 'node:http';
import { MAX_CONNECTIONS, SERVER_LIMITS } from '../http/server-limits.ts';
import { plain, type TextAnswer, textHandler } from '../http/text-handler.ts';
import { type Endpoint, listen } from '../listen.ts';
import type { Logger } from '../logger.ts';
import type { Check } from './check.ts';

/**
 * Serves `/healthz` (the process answers) and `/readyz` (it can do its work), as Kubernetes' own
 * servers do, until it is disposed of.
 * @throws ListenError
 */
export async function startHealthServer(
  endpoint: Endpoint,
  checks: readonly Check[],
  logger: Logger,
): Promise<Disposable> {
  const routes = {
    '/healthz': () => plain(200, 'ok'),
    '/readyz': (query: URLSearchParams) => readiness(checks, query.has('verbose')),
  };
  const handler = textHandler(routes, (error) =>
    logger.error({ error }, 'the health cannot be told'),
  );
  const server = createServer(SERVER_LIMITS, handler);
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, endpoint);
  return {
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** All checks, where asked for or where one fails; the kubelet puts the text into an Event. */
function readiness(checks: readonly Check[], verbose: boolean): TextAnswer {
  const results = checks.map((check) => ({ name: check.name, state: check.state() }));
  const isReady = results.every(({ state }) => state === 'ok');
  if (isReady && !verbose) return plain(200, 'ok');
  const lines = results.map(({ name, state }) =>
    state === 'ok' ? `[+]${name} ok` : `[-]${name} failed: ${state.reason}`,
  );
  const verdict = `readyz check ${isReady ? 'passed' : 'failed'}`;
  return plain(isReady ? 200 : 503, `${[...lines, verdict].join('\n')}\n`);
}
