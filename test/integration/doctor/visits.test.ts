import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { examined, examinedAs } from '../../support/installation/doctor.ts';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { laptopWith } from '../../support/installation/kubeconfig.ts';
import { assertLeftAlone, onlyRights } from './examined-home.ts';

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office'], tls: true });
  const controller = await home.controller();
  await controller.says({ msg: /^this controller acts/ });
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
    'ok kubernetes.rights get leases',
    'ok kubernetes.rights list leases',
    'ok kubernetes.rights watch leases',
    'ok kubernetes.rights patch leases',
    'ok kubernetes.rights create leases',
    'ok kubernetes.rights list endpointslices',
    'ok kubernetes.rights watch endpointslices',
    'ok kubernetes.election',
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

test('the doctor says who leads', async () => {
  const { findings } = await examined(home);
  const found = findings.find((one) => one.startsWith('ok kubernetes.election: ')) ?? '';
  assert.match(found, / leads since \S+, and renewed its Lease \S+ ago$/);
  assert.ok(found.includes(` ${hostname()} leads`), findings.join('\n'));
});

test('from a laptop the doctor speaks for the controller’s service account, or says that it does not', async () => {
  const environment = laptopWith(home, home.servers.plane.adminToken);
  const { undo } = await onlyRights(home, 'events');
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
    findings.filter((one) => / pods| kubernetes\.election/.test(one)),
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

test('S18 nothing was minted, and no secret printed', () => assertLeftAlone(home));
