import type { OpenBao } from './openbao.ts';

type Admin = Pick<OpenBao, 'request'>;

/** A certificate with its key, and the authority that signed it, all PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A PKI engine with its own authority. */
export interface Pki {
  readonly mount: string;
  readonly caPem: string;
  /** Makes a role for any name, whose certificates live so long (a Vault duration). */
  makeRole(role: string, ttl: string): Promise<void>;
  issue(role: string, commonName: string, ttl?: string): Promise<Issued>;
}

/** @throws RequestFailed when Vault refuses a part */
export async function startPki(vault: Admin, mount: string): Promise<Pki> {
  await vault.request('POST', `sys/mounts/${mount}`, { type: 'pki' });
  type Root = { data: { certificate: string } };
  const root = { common_name: `CA of ${mount}`, ttl: '24h', key_type: 'ec', key_bits: 256 };
  const made = await vault.request<Root>('POST', `${mount}/root/generate/internal`, root);
  const caPem = made.data.certificate;
  return {
    mount,
    caPem,
    async makeRole(role, ttl) {
      const settings = { allow_any_name: true, key_type: 'ec', key_bits: 256 };
      await vault.request('POST', `${mount}/roles/${role}`, { ...settings, ttl, max_ttl: ttl });
    },
    async issue(role, commonName, ttl) {
      type Answer = { data: { certificate: string; private_key: string } };
      const wanted = { common_name: commonName, ...(ttl === undefined ? {} : { ttl }) };
      const path = `${mount}/issue/${role}`;
      const { certificate, private_key } = (await vault.request<Answer>('POST', path, wanted)).data;
      return { cert: certificate, key: private_key, ca: caPem };
    },
  };
}

/** Adds to the controller's policy what it needs for certificates of that role. */
export async function allowIssuing(vault: Admin, mount: string, role: string): Promise<void> {
  type Policy = { data: { policy: string } };
  const path = 'sys/policies/acl/kubernetes-vault';
  const { policy } = (await vault.request<Policy>('GET', path)).data;
  const rule = `path "${mount}/issue/${role}" { capabilities = ["update"] }`;
  await vault.request('PUT', path, { policy: `${policy}\n${rule}` });
}
