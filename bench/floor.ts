/**
 * The floor: the least that any program must do to deliver. It watches all pods, and for each one
 * whose init container is reported to run it mints a wrapped secret_id and posts it. It has no
 * retries, no limits, no checks, no memory of what it did: nobody should run it but the benchmark.
 * It uses Node alone, so that its start and its size are Node's.
 */
import { readFileSync } from 'node:fs';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

interface Pod {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly podIP?: string;
    readonly initContainerStatuses?: readonly { readonly name: string; readonly state: object }[];
  };
}

const env = process.env;
const folder = env['KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR'] ?? '';
const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
const vault = new URL(env['VAULT_ADDR'] ?? '');
const vaultAgent = new HttpAgent({ keepAlive: true, maxSockets: 32 });
const kubeAgent = new HttpsAgent({ keepAlive: true, ca: read('ca.crt') });
const podAgent = new HttpsAgent({ rejectUnauthorized: false });

type Target = Omit<RequestOptions, 'headers'> & { readonly headers: OutgoingHttpHeaders };

function post(
  send: typeof httpRequest,
  target: Target,
  body: string,
  take: (answer: string) => void,
): void {
  const fail = (why: unknown) => console.error(`${target.host}${target.path}:`, why);
  const headers = { ...target.headers, 'content-length': Buffer.byteLength(body) };
  const outgoing = send({ ...target, method: 'POST', headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    answer.on('end', () => (answer.statusCode === 200 ? take(text) : fail(answer.statusCode)));
  });
  outgoing.on('error', fail).end(body);
}

function deliver(role: string, ip: string, port: number): void {
  const headers = { 'x-vault-token': env['VAULT_TOKEN'], 'x-vault-wrap-ttl': '60s' };
  const path = `/v1/auth/approle/role/${role}/secret-id`;
  const to = { host: vault.hostname, port: vault.port, path, agent: vaultAgent, headers };
  post(httpRequest, to, '', (answer) => {
    const { token, creation_time: creationTime, ttl } = JSON.parse(answer).wrap_info;
    const push = { token, creationTime, ttl, vaultAddr: vault.origin, vaultCAs: null };
    const json = { 'content-type': 'application/json' };
    const pod = { host: ip, port, path: '/', agent: podAgent, headers: json };
    post(httpsRequest, pod, JSON.stringify(push), () => {});
  });
}

function see({ metadata: { annotations = {} }, status }: Pod): void {
  const [role, name, port] = ['approle', 'init-container', 'init-port'].map(
    (key) => annotations[`pod.boostport.com/vault-${key}`],
  );
  const init = status.initContainerStatuses?.find((container) => container.name === name);
  const running = init !== undefined && 'running' in init.state;
  if (running && role && status.podIP) deliver(role, status.podIP, Number(port ?? 50_000));
}

/** The API server ends every watch some day, and one that it finds slow at once. */
function watch(version: string): void {
  const target = {
    host: env['KUBERNETES_SERVICE_HOST'],
    port: env['KUBERNETES_SERVICE_PORT'],
    path: `/api/v1/pods?watch=1&resourceVersion=${version}`,
    agent: kubeAgent,
    headers: { authorization: `Bearer ${read('token').trim()}` },
  };
  let [rest, last] = ['', version];
  const answered = (answer: IncomingMessage) => {
    answer.setEncoding('utf8').on('data', (part: string) => {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const pod: Pod = JSON.parse(line).object;
        last = pod.metadata.resourceVersion;
        see(pod);
      }
    });
    answer.on('end', () => watch(last));
  };
  httpsRequest(target, answered).end();
}

watch('0');
