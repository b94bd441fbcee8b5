import type { Answer } from '../../../../quick-start/run/command.ts';
import { createTestCa, type TestCa } from '../../../support/real/test-ca.ts';

type Data = Readonly<Record<string, unknown>>;

const LISTS = /^(token_policies|allowed_policies|allowed_domains|bound_.*)$/;
const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3_600 };
const YEAR_MS = 365 * 24 * 3_600_000;

/** What the plan needs of Vault's command line; it begins empty. */
export class FakeVault {
  readonly mounts = new Set(['secret/']);
  readonly methods = new Set(['token/']);
  readonly policies = new Map<string, string>();
  readonly data = new Map<string, Data>();
  /** Tokens, with their accessors. */
  readonly tokens = new Map<string, string>();
  readonly authorities = new Map<string, string>();
  #issuer: TestCa | undefined;

  async run([verb = '', ...args]: readonly string[], input = ''): Promise<Answer> {
    const words = args.filter((word) => !word.startsWith('-') || word === '-');
    const output = await this.#answer(verb, words, args, input);
    if (output !== undefined) return { code: 0, stdout: output, stderr: '' };
    return { code: 2, stdout: '', stderr: 'no\ncommand terminated with exit code 2\n' };
  }

  async #answer(verb: string, words: string[], args: readonly string[], input: string) {
    const [first = '', second = ''] = words;
    if (verb === 'secrets' || verb === 'auth') return this.#mount(verb, words, args);
    if (verb === 'policy') return this.#policy(first, second, input);
    if (verb === 'kv') return this.#kv(first, second);
    if (verb === 'list') return JSON.stringify([...this.tokens.values()]);
    if (verb === 'token') return this.newToken(this.data.has('auth/token/roles/kubernetes-vault'));
    if (verb === 'read') return this.#read(first);
    return this.#write(first, words.slice(1), input);
  }

  newToken(isAllowed = true): string | undefined {
    if (!isAllowed) return undefined;
    const token = `s.${crypto.randomUUID()}`;
    this.tokens.set(token, `accessor-of-${token.slice(2)}`);
    return token;
  }

  #mount(verb: 'secrets' | 'auth', words: string[], args: readonly string[]): string | undefined {
    const all = verb === 'secrets' ? this.mounts : this.methods;
    if (words[0] === 'list')
      return JSON.stringify(Object.fromEntries([...all].map((one) => [one, {}])));
    const path = args.find((word) => word.startsWith('-path='))?.slice(6) ?? words[1];
    if (all.has(`${path}/`)) return undefined;
    all.add(`${path}/`);
    return '';
  }

  #policy(verb: string, name: string, input: string): string | undefined {
    if (verb === 'read') return this.policies.get(name);
    this.policies.set(name, input);
    return '';
  }

  #kv(verb: string, name: string): string | undefined {
    if (verb === 'get') return this.data.has(`secret/${name}`) ? '{}' : undefined;
    this.data.set(`secret/${name}`, {});
    return '';
  }

  #read(path: string): string | undefined {
    const authority = /^(.*)\/cert\/ca$/.exec(path)?.[1];
    if (authority !== undefined) return this.authorities.get(authority);
    const data = this.data.get(path);
    return data && JSON.stringify({ data });
  }

  async #write(path: string, words: readonly string[], input: string): Promise<string | undefined> {
    const [mount = '', rest = ''] = path.split(/\/(.*)/);
    if (path === 'auth/token/lookup') return this.#lookup(input);
    if (rest === 'root/generate/internal') return this.#makeAuthority(mount);
    if (rest === 'intermediate/generate/internal') return this.#ifMounted(mount, 'a request');
    if (rest === 'root/sign-intermediate') {
      return input === 'a request' && this.authorities.has(mount) ? 'BEGIN CERTIFICATE' : undefined;
    }
    if (rest === 'intermediate/set-signed') {
      this.authorities.set(mount, input);
      return '';
    }
    if (rest.startsWith('issue/')) return this.#issue();
    if (!this.mounts.has(`${mount}/`) && !this.methods.has(`${rest.split('/')[0]}/`))
      return undefined;
    this.data.set(path, { ...this.data.get(path), ...Object.fromEntries(words.map(field)) });
    return '';
  }

  #ifMounted(mount: string, output: string): string | undefined {
    return this.mounts.has(`${mount}/`) ? output : undefined;
  }

  async #makeAuthority(mount: string): Promise<string | undefined> {
    if (!this.mounts.has(`${mount}/`)) return undefined;
    this.#issuer = await createTestCa();
    this.authorities.set(mount, this.#issuer.caPem);
    return this.#issuer.caPem;
  }

  async #issue(): Promise<string | undefined> {
    if (this.#issuer === undefined) return undefined;
    const issued = await this.#issuer.issue('vault.vault', ['vault.vault'], { untilMs: YEAR_MS });
    const data = { certificate: issued.certPem, private_key: issued.keyPem };
    return JSON.stringify({ data: { ...data, issuing_ca: this.#issuer.caPem } });
  }

  #lookup(token: string): string | undefined {
    const accessor = this.tokens.get(token);
    const data = { path: 'auth/token/create/kubernetes-vault', ttl: 100, accessor };
    return accessor && JSON.stringify({ data });
  }
}

function field(word: string): [string, unknown] {
  const [key = '', text = ''] = word.split(/=(.*)/s);
  if (LISTS.test(key)) return [key, text.split(',')];
  if (text === 'true' || text === 'false') return [key, text === 'true'];
  const [, number, unit = ''] = /^(\d+)([mh]?)$/.exec(text) ?? [];
  return [key, number === undefined ? text : Number(number) * (SECONDS[unit] ?? 1)];
}
