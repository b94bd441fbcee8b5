import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { selfSignedCertificate } from '../../../src/init/self-signed-certificate.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to answer: status, body and headers, or the connection to do anything with. */
export type Reaction =
  | { status: number; body?: string; headers?: Record<string, string> }
  | ((socket: Socket) => void);

export interface AnsweringServer extends AsyncDisposable {
  readonly origin: string;
  /** PEM, where the server speaks https. */
  readonly ca: string | undefined;
  readonly requests: readonly RecordedRequest[];
  /** How many connections were opened. */
  connections(): number;
  /** Shows another certificate to new connections. */
  show(identity: ServerIdentity): void;
}

/** PEM. */
export interface ServerIdentity {
  readonly certPem: string;
  readonly keyPem: string;
}

/** A server on loopback that answers each request as `react` says, and remembers them. */
export async function answeringServer(
  react: (request: RecordedRequest) => Reaction,
  { https = false }: { readonly https?: boolean | ServerIdentity } = {},
): Promise<AnsweringServer> {
  const requests: RecordedRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const recorded = { method, path, headers, body: Buffer.concat(chunks).toString() };
      requests.push(recorded);
      const reaction = react(recorded);
      if (typeof reaction === 'function') return reaction(response.socket as Socket);
      response.writeHead(reaction.status, reaction.headers).end(reaction.body);
    });
  };
  const identity = https === true ? selfSigned() : https;
  const server =
    identity === false ? createServer(listener) : createTlsServer(optionsOf(identity), listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${https ? 'https' : 'http'}://127.0.0.1:${port}`,
    ca: identity === false ? undefined : identity.certPem,
    requests,
    connections: () => connections,
    show(other) {
      if ('setSecureContext' in server) server.setSecureContext(optionsOf(other));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function selfSigned(): ServerIdentity {
  const wish = { addresses: ['127.0.0.1'], now: Date.now(), validForMs: 3_600_000 };
  const { certificate: certPem, key: keyPem } = selfSignedCertificate(wish);
  return { certPem, keyPem };
}

function optionsOf({ certPem: cert, keyPem: key }: ServerIdentity) {
  return { cert, key };
}

/** A reaction in JSON. */
export function json(value: unknown, status = 200): Reaction {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}
