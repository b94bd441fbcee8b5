import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { ANNOTATION } from '../../../src/kube/pod-facts.ts';
import { examined, examinedAs, type Visit } from '../../support/installation/doctor.ts';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { laptopWith } from '../../support/installation/kubeconfig.ts';
import { receiver } from '../../support/installation/receiver.ts';
import { freePort } from '../../support/real/free-port.ts';
import { startPki } from '../../support/real/pki.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { allowAnyTokenRole, periodicToken, revoke } from '../own-token/tokens.ts';

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office'], tls: true });
});

after(() => home[Symbol.asyncDispose]());

test('a clean installation is found to be right in every respect', async () => {
  const { code, findings } = await examined(home, { args: ['--role', 'web', '--role', 'office'] });
  assert.equal(code, 0, findings.join('\n'));
  assert.deepEqual(
    findings.filter((finding) => !finding.startsWith('ok ')),
    [],
  );
  const checks = findings.map((finding) => finding.split(': ')[0]);
  assert.deepEqual(checks, [
    'ok config',
    'ok kubernetes.api',
    'ok kubernetes.certificate',
    'ok kubernetes.clock',
    'ok kubernetes.identity',
    'ok kubernetes.rights list pods',
    'ok kubernetes.rights watch pods',
    'ok kubernetes.rights create events',
    'ok kubernetes.rights patch events',
    'ok vault.reachable',
    'ok vault.certificate',
    'ok vault.sealed',
    'ok vault.clock',
    'ok vault.token',
    'ok vault.role web',
    'ok vault.role office',
    'ok pods',
  ]);
});

/** Something that is wrong, and the one finding that must name it. */
interface Fault {
  readonly what: string;
  /** Plants it; what it returns takes it away again. */
  plant(): Promise<Visit & { readonly undo?: () => Promise<unknown> }>;
  readonly finding: RegExp;
  /** 1 unless it is said. */
  readonly code?: number;
}

const MERGE = 'application/merge-patch+json';
const CLUSTER_ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/kubernetes-vault';

/** Leaves the controller only these rights in the cluster. */
async function onlyRights(...resources: readonly string[]) {
  type Role = { rules: { resources: [string] }[] };
  const { plane } = home.servers;
  const { rules } = await plane.request<Role>('GET', CLUSTER_ROLE);
  const left = rules.filter(({ resources: [one] }) => resources.includes(one));
  const write = (all: readonly object[]) =>
    plane.request('PATCH', CLUSTER_ROLE, { rules: all }, MERGE);
  await write(left);
  return { undo: () => write(rules) };
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
    plant: () => onlyRights('events'),
    finding:
      /^failed kubernetes\.rights list pods: not allowed in all namespaces → grant a ClusterRole/,
  },
  {
    what: 'the missing right to write Events',
    plant: () => onlyRights('pods'),
    finding: /^warning kubernetes\.rights create events: not allowed in all namespaces: no Event/,
    code: 0,
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

test('from a laptop the doctor speaks for the controller’s service account, or says that it does not', async () => {
  const environment = laptopWith(home, home.servers.plane.adminToken);
  const { undo } = await onlyRights('events');
  try {
    const own = (await examined(home, { environment })).findings;
    assert.ok(
      own.some((one) => /^warning kubernetes\.identity: .*true of admin, not/.test(one)),
      own.join('\n'),
    );
    assert.ok(own.includes('ok kubernetes.rights list pods: allowed in all namespaces'));
    const args = ['--as', home.servers.home.serviceAccount];
    const its = (await examined(home, { environment, args })).findings;
    const user = 'system:serviceaccount:kubernetes-vault:kubernetes-vault';
    assert.ok(
      its.includes(`ok kubernetes.identity: the API server takes us for ${user}`),
      its.join('\n'),
    );
    assert.ok(its.some((one) => /^failed kubernetes\.rights list pods/.test(one)));
  } finally {
    await undo();
  }
});

test('who may not speak for the service account is told so', async () => {
  const { plane, home: names } = home.servers;
  const token = await plane.serviceAccountToken(names.namespace, names.serviceAccount);
  const environment = laptopWith(home, token);
  const { code, findings } = await examined(home, {
    environment,
    args: ['--as', 'default/default'],
  });
  assert.equal(code, 1);
  assert.ok(
    findings.some((one) => /^failed kubernetes\.identity: .* cannot impersonate.*→ ask/.test(one)),
    findings.join('\n'),
  );
});

test('before the install the doctor asks for what the installer needs', async () => {
  const environment = laptopWith(home, home.servers.plane.adminToken);
  const { code, findings } = await examined(home, {
    environment,
    args: ['--pre', '--role', 'web'],
  });
  assert.equal(code, 0, findings.join('\n'));
  assert.ok(
    findings.includes('ok kubernetes.rights create clusterroles: allowed in all namespaces'),
  );
  assert.deepEqual(
    findings.filter((one) => / pods/.test(one)),
    [],
  );
});

test('a person reads a table, and nobody without a terminal sees colours', async () => {
  const { code, printed } = await examinedAs(home, '--output', 'table', {
    args: ['--role', 'nobodys'],
  });
  assert.equal(code, 1);
  assert.match(printed, /^✓ config {2,}\S/);
  assert.match(
    printed,
    /\n✗ vault\.role nobodys +the controller's token may not mint for it\n +→ add to its policy/,
  );
  assert.match(printed, /\n1 failed, 0 warnings, \d+ ok\n$/);
  assert.equal(printed, stripVTControlCharacters(printed));
});

test('S18 nothing was minted, and no secret printed', async () => {
  const { vault } = home.servers;
  for (const role of ['web', 'office']) {
    const list = vault.request('LIST', `auth/approle/role/${role}/secret-id`);
    await assert.rejects(list, /answered 404/);
  }
  assert.deepEqual(home.leaks(), []);
});
