import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { MAX_CONNECTIONS, SERVER_LIMITS } from '../http/server-limits.ts';
import { textHandler } from '../http/text-handler.ts';
import { type Endpoint, listen } from '../listen.ts';
import type { Logger } from '../logger.ts';
import { type LiveContext, liveContext } from '../tls/live-context.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServerOptions {
  readonly endpoint: Endpoint;
  /** Undefined: http. */
  readonly tls: { readonly checksClients: boolean } | undefined;
}

/** Serves `/metrics`. */
export interface MetricsServer {
  readonly port: number;
  /** What https is served with; undefined for http. */
  readonly context: LiveContext | undefined;
  close(): void;
}

type Exposed = Pick<Metrics, 'expose' | 'contentType'>;

/** @throws ListenError */
export async function startMetricsServer(
  { endpoint, tls }: MetricsServerOptions,
  metrics: Exposed,
  logger: Logger,
): Promise<MetricsServer> {
  const handler = metricsHandler(metrics, logger);
  const https = tls === undefined ? undefined : newHttpsServer(handler, tls.checksClients, logger);
  const server: Server | HttpsServer = https ?? createHttpServer(SERVER_LIMITS, handler);
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, endpoint);
  return {
    port: (server.address() as AddressInfo).port,
    context: https && liveContext(https, { checksClients: tls?.checksClients === true }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function metricsHandler({ expose, contentType }: Exposed, logger: Logger): RequestListener {
  const serve = async () => ({ status: 200, type: contentType, text: await expose() });
  return textHandler({ '/metrics': serve }, (error) =>
    logger.error({ error }, 'the metrics cannot be told'),
  );
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

function newHttpsServer(
  handler: RequestListener,
  checksClients: boolean,
  logger: Logger,
): HttpsServer {
  const server = createHttpsServer(
    {
      ...SERVER_LIMITS,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      requestCert: checksClients,
      rejectUnauthorized: checksClients,
    },
    handler,
  );
  const told = new Set<string>();
  server.on('tlsClientError', (error, socket) => {
    const reason = refusal(error, socket);
    if (told.has(reason)) return;
    told.add(reason);
    const remoteAddress = socket.remoteAddress ?? 'unknown';
    logger.warn(
      { reason, remoteAddress },
      'a client of the metrics was turned away; others for the same reason are not logged',
    );
  });
  return server;
}

/** OpenSSL's name for what is wrong with the client's certificate, or with the handshake. */
function refusal(error: Error & { code?: string }, { authorizationError }: TLSSocket): string {
  return String(authorizationError ?? error.code ?? 'unknown');
}
