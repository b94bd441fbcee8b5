import assert from 'node:assert/strict';
import { type Answer, call, type Headers } from '../support/servers/http-client.ts';

/** A Vault that the suite may do with what it likes. */
export interface VaultUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly rootToken: string;
  seal(): Promise<void>;
  unseal(): Promise<void>;
}

export const NOT_VALID = 'wrapping token is not valid or does not exist';
export const DENIED = '1 error occurred:\n\t* permission denied\n\n';
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const ROLE = 'auth/approle/role/web';

const POLICY = `
  path "${ROLE}/secret-id" { capabilities = ["update"] min_wrapping_ttl = "1s" }
  path "${ROLE}/secret-id-accessor/destroy" { capabilities = ["update"] }
  path "auth/token/roles/controller" { capabilities = ["read"] }
`;

/** A Vault with an AppRole `web` and a controller's token that may mint for it, and nothing else. */
export class VaultFixture {
  #vault: VaultUnderTest | undefined;
  /** The controller's token. */
  controller = '';
  #roleId = '';

  async start(start: () => Promise<VaultUnderTest>): Promise<void> {
    this.#vault = await start();
    const mounted = await this.asRoot('POST', 'sys/auth/approle', { type: 'approle' });
    assert.equal(mounted.status, 204, mounted.text);
    await this.asRoot('PUT', 'sys/policies/acl/controller', { policy: POLICY });
    const limits = { secret_id_num_uses: 1, secret_id_ttl: '10m', token_ttl: '20m' };
    await this.asRoot('POST', ROLE, { ...limits, token_policies: ['web'] });
    this.#roleId = (await this.asRoot('GET', `${ROLE}/role-id`)).json.data.role_id;
    const role = { allowed_policies: ['controller'], period: '1h', orphan: true };
    await this.asRoot('POST', 'auth/token/roles/controller', role);
    const wanted = { policies: ['controller'] };
    const made = await this.asRoot('POST', 'auth/token/create/controller', wanted);
    this.controller = made.json.auth.client_token;
  }

  async stop(): Promise<void> {
    await this.#vault?.[Symbol.asyncDispose]();
  }

  get vault(): VaultUnderTest {
    assert.ok(this.#vault, 'the server has not been started');
    return this.#vault;
  }

  /** `path` follows `/v1/`. */
  ask(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const endpoint = { url: this.vault.url, headers: { 'x-vault-request': 'true' } };
    return call(endpoint, method, `/v1/${path}`, body, headers);
  }

  asRoot(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return this.ask(method, path, body, as(this.vault.rootToken, headers));
  }

  mint(headers: Headers = {}): Promise<Answer> {
    const wrapped = { 'x-vault-wrap-ttl': '60s', ...headers };
    return this.ask('POST', `${ROLE}/secret-id`, {}, as(this.controller, wrapped));
  }

  async mintToken(): Promise<string> {
    return (await this.mint()).json.wrap_info.token;
  }

  unwrap(token: string): Promise<Answer> {
    return this.ask('POST', 'sys/wrapping/unwrap', undefined, as(token));
  }

  login(secretId: string): Promise<Answer> {
    const body = { role_id: this.#roleId, secret_id: secretId };
    return this.ask('POST', 'auth/approle/login', body);
  }
}

export function as(token: string, more: Headers = {}): Headers {
  return { 'x-vault-token': token, ...more };
}

export function expectErrors(answer: Answer, status: number, ...errors: string[]): void {
  assert.deepEqual({ status: answer.status, body: answer.json }, { status, body: { errors } });
  assert.match(answer.type, /^application\/json/);
}
