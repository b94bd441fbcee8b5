import type { Socket } from 'node:net';
import { Secret } from '../../../src/base/secret.ts';
import type { Push } from '../../../src/wire/push.ts';
import {
  type AnsweringServer,
  answeringServer,
  json,
  type Reaction,
} from '../servers/answering-server.ts';

const GOOD_TOKEN = 'hvs.the-only-good-wrapping-token';

const LOGGED_IN = {
  auth: { client_token: 'hvs.client', accessor: 'a', lease_duration: 60, renewable: true },
};
const UNWRAPPED = { data: { secret_id: '9f1c-secret-id', secret_id_accessor: 'b' } };

export interface ScriptedVault extends AnsweringServer {
  /** From now on, logins wait for `release`. */
  holdLogins(): void;
  /** How many logins wait. */
  held(): number;
  release(): void;
}

/** A Vault that knows one wrapping token of the role web, and takes every other for another role's. */
export async function scriptedVault(): Promise<ScriptedVault> {
  const held: Socket[] = [];
  let holding = false;
  const server = await answeringServer(({ path, body }): Reaction => {
    if (path.endsWith('/sys/wrapping/lookup')) return lookedUp(body);
    if (path.endsWith('/sys/wrapping/unwrap')) return json(UNWRAPPED);
    return holding ? (socket) => void held.push(socket) : json(LOGGED_IN);
  });
  return {
    ...server,
    holdLogins() {
      holding = true;
    },
    held: () => held.length,
    release() {
      const body = JSON.stringify(LOGGED_IN);
      for (const socket of held.splice(0)) {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      }
    },
  };
}

/** The push that a scripted Vault lets be exchanged. */
export function goodPush(vaultAddr: string): Push {
  const creationTime = '2026-01-01T00:00:00.123456789Z';
  return { token: new Secret(GOOD_TOKEN), creationTime, ttl: 60, vaultAddr };
}

function lookedUp(body: string): Reaction {
  const { token } = JSON.parse(body) as { token?: unknown };
  const role = token === GOOD_TOKEN ? 'web' : 'other';
  return json({ data: { creation_path: `auth/approle/role/${role}/secret-id`, creation_ttl: 60 } });
}
