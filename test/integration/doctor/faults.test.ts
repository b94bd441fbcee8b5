import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ANNOTATION } from '../../../src/kube/pod-facts.ts';
import { examined, type Visit } from '../../support/installation/doctor.ts';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { receiver } from '../../support/installation/receiver.ts';
import { startPki } from '../../support/real/pki.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { allowAnyTokenRole, periodicToken, revoke } from '../own-token/tokens.ts';
import { abandonedLease, assertLeftAlone, onlyRights, withoutOwn } from './examined-home.ts';

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office'], tls: true });
});

after(() => home[Symbol.asyncDispose]());

/** Something that is wrong, and the one finding that must name it. */
interface Fault {
  readonly what: string;
  /** Plants it; what it returns takes it away again. */
  plant(): Promise<Visit & { readonly undo?: () => Promise<unknown> }>;
  readonly finding: RegExp;
  /** 1 unless it is said. */
  readonly code?: number;
}

async function otherCaFile(): Promise<string> {
  const file = home.file('other-ca.crt');
  writeFileSync(file, (await createTestCa('another CA')).caPem);
  return file;
}

/** The service account's folder, with another file in it. */
async function serviceAccountWith(name: string, text: string): Promise<Visit> {
  const { KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: from = '' } = await home.controllerEnvironment();
  const folder = home.file(`service-account-other-${name}`);
  cpSync(from, folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return { environment: { KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: folder } };
}

/** A pod that is reported, and taken away again. */
async function podWaiting(change: Parameters<Installation['pod']>[0]) {
  const waits = receiver(() => undefined);
  const pod = await home.pod({ ...change, image: waits.image });
  const undo = async () => {
    waits.exit(1);
    await home.users.remove(pod.builder);
  };
  return { undo };
}

const FAULTS: readonly Fault[] = [
  {
    what: 'a mistake in the configuration',
    plant: async () => ({ config: { vault: { wrappingTTL: 'soon' } } }),
    finding: /^failed config vault\.wrappingTTL: .*kubernetes-vault\.yml:\d+:\d+: /,
    code: 2,
  },
  {
    what: 'no API server at the address',
    plant: async () => ({ environment: { KUBERNETES_SERVICE_PORT: String(await freePort()) } }),
    finding: /^failed kubernetes\.api: .* ECONNREFUSED .*→ look whether it runs/,
  },
  {
    what: 'a CA that is not the API server’s',
    plant: async () => serviceAccountWith('ca.crt', (await createTestCa('another CA')).caPem),
    finding: /^failed kubernetes\.certificate: it does not verify/,
  },
  {
    what: 'a service account token that is not accepted',
    plant: () => serviceAccountWith('token', 'not-a-token'),
    finding: /^failed kubernetes\.identity: .* 401 .*→ look at the credentials/,
  },
  {
    what: 'the missing right to see pods',
    plant: () => onlyRights(home, 'events'),
    finding:
      /^failed kubernetes\.rights list pods: not allowed in all namespaces → grant a ClusterRole/,
  },
  {
    what: 'the missing right to write Events',
    plant: () => onlyRights(home, 'pods'),
    finding: /^warning kubernetes\.rights create events: not allowed in all namespaces: no Event/,
    code: 0,
  },
  {
    what: 'the missing right to hold the Lease',
    plant: () => withoutOwn(home, 'leases'),
    finding:
      /^failed kubernetes\.rights patch leases: not allowed in namespace kubernetes-vault → grant a Role in namespace kubernetes-vault/,
  },
  {
    what: 'the missing right to find other controllers',
    plant: () => withoutOwn(home, 'endpointslices'),
    finding: /^warning kubernetes\.rights watch endpointslices: not allowed .* Endpoints instead/,
    code: 0,
  },
  {
    what: 'that no controller has ever led',
    plant: async () => ({}),
    finding:
      /^warning kubernetes\.election: no controller acts: there is no Lease kubernetes-vault\/kubernetes-vault → start controllers/,
    code: 0,
  },
  {
    what: 'a Lease that was given back, and that nobody takes',
    plant: () => abandonedLease(home, ''),
    finding: /^warning kubernetes\.election: no controller acts: nobody holds the Lease/,
    code: 0,
  },
  {
    what: 'a leader that is gone',
    plant: () => abandonedLease(home, 'kv-7d4f_0b6e'),
    finding: /^warning kubernetes\.election: no controller acts: kv-7d4f holds .* not renewed it/,
    code: 0,
  },
  {
    what: 'that it may not see who leads',
    plant: () => withoutOwn(home, 'leases'),
    finding: /^skipped kubernetes\.election: who acts cannot be seen: get the Lease: 403/,
  },
  {
    what: 'no Vault at the address',
    plant: async () => ({ config: { vault: { addr: `https://127.0.0.1:${await freePort()}` } } }),
    finding: /^failed vault\.reachable: .* ECONNREFUSED .*→ look whether it runs/,
  },
  {
    what: 'http:// where https is spoken',
    plant: async () => {
      const addr = home.vaultAddr.replace('https:', 'http:');
      return { config: { vault: { addr, tls: undefined } } };
    },
    finding:
      /^failed vault\.reachable: .* answers as no Vault does \(HTTP 400\) → correct vault\.addr: scheme/,
  },
  {
    what: 'a CA that is not Vault’s',
    plant: async () => ({ config: { vault: { tls: { caCert: await otherCaFile() } } } }),
    finding: /^failed vault\.certificate: it does not verify by vault\.tls\.caCert/,
  },
  {
    what: 'a mount that delivers nothing to verify Vault by',
    plant: async () => ({ config: { vault: { tls: { vaultCABackends: ['no-pki'] } } } }),
    finding:
      /^failed vault\.ca: it is not known what verifies Vault: no-pki\/ca\/pem .* → correct vault\.tls\.vaultCABackends/,
  },
  {
    what: 'a sealed Vault',
    plant: async () => {
      await home.servers.vault.seal();
      return { undo: () => home.servers.vault.unseal() };
    },
    finding: /^failed vault\.sealed: it is sealed → unseal it/,
  },
  {
    what: 'a revoked token',
    plant: async () => {
      const { vault } = home.servers;
      await allowAnyTokenRole(vault);
      const token = await periodicToken(vault, 'revoked');
      await revoke(vault, token);
      return { config: { vault: { token } } };
    },
    finding:
      /^failed vault\.token: Vault does not accept it: .* → give the controller a new one by vault\.token/,
  },
  {
    what: 'a root token',
    plant: async () => ({ config: { vault: { token: home.servers.vault.rootToken } } }),
    finding: /^failed vault\.token: it is a root token/,
  },
  {
    what: 'an empty token file',
    plant: async () => {
      const tokenFile = home.file('empty-token');
      writeFileSync(tokenFile, '');
      return { config: { vault: { token: undefined, tokenFile } } };
    },
    finding: /^failed vault\.token: there is none by vault\.tokenFile: .* is empty/,
  },
  {
    what: 'a policy without the AppRole',
    plant: async () => ({ args: ['--role', 'nobodys'] }),
    finding:
      /^failed vault\.role nobodys: .* may not mint for it → add to its policy: path "auth\/approle\/role\/nobodys\/secret-id"/,
  },
  {
    what: 'an AppRole that does not exist, where that can be seen',
    plant: async () => {
      const { vault } = home.servers;
      const name = 'sys/policies/acl/kubernetes-vault';
      const { data } = await vault.request<{ data: { policy: string } }>('GET', name);
      const rule = 'path "auth/approle/role/+" { capabilities = ["read"] }';
      await vault.request('PUT', name, { policy: `${data.policy}\n${rule}` });
      await vault.request('DELETE', 'auth/approle/role/office');
      return {
        args: ['--role', 'office'],
        undo: async () => {
          await vault.request('POST', 'auth/approle/role/office', {});
          await vault.request('PUT', name, { policy: data.policy });
        },
      };
    },
    finding: /^failed vault\.role office: Vault has no such AppRole → make it/,
  },
  {
    what: 'a PKI role that may not be used',
    plant: async () => {
      const { mount } = await startPki(home.servers.vault, 'metrics-pki');
      const tls = { vaultCertBackend: mount, vaultCertRole: 'metrics' };
      return { config: { prometheus: { tls } } };
    },
    finding:
      /^failed vault\.pki metrics-pki\/issue\/metrics: .* may not have a certificate issued → add/,
  },
  {
    what: 'a mount that signs no clients’ certificates',
    plant: async () => {
      const { mount } = await startPki(home.servers.vault, 'server-pki');
      const tls = { vaultCertBackend: mount, vaultCertRole: 'm', vaultCABackends: ['no-pki'] };
      return { config: { prometheus: { tls } } };
    },
    finding: /^failed vault\.pki no-pki\/cert\/ca: .* → correct prometheus\.tls\.vaultCABackends/,
  },
  {
    what: 'a pod that names no init container of its own',
    plant: () =>
      podWaiting({
        name: 'misnamed',
        but: (pod) => pod.withAnnotation(ANNOTATION.initContainer, 'x'),
      }),
    finding: /^failed pods\.waiting shop\/misnamed: the annotation names the init container "x"/,
  },
  {
    what: 'a pod that no rule allows its role',
    plant: async () => ({
      ...(await podWaiting({ name: 'greedy', role: 'office' })),
      config: { authorization: { rules: [{ approles: ['web'], namespaces: ['shop'] }] } },
    }),
    finding: /^failed pods\.waiting shop\/greedy: no authorization rule .* "office" → add a rule/,
  },
];

for (const { what, plant, finding, code: wanted = 1 } of FAULTS) {
  test(`the doctor finds ${what}`, async () => {
    const { undo = async () => {}, ...visit } = await plant();
    try {
      const { code, findings } = await examined(home, visit);
      assert.equal(findings.filter((one) => finding.test(one)).length, 1, findings.join('\n'));
      assert.equal(code, wanted);
    } finally {
      await undo();
    }
  });
}

test('S18 nothing was minted, and no secret printed', () => assertLeftAlone(home));
