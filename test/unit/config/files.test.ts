import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { inVault } from '../../support/config/config-text.ts';
import { settingsOf } from '../../support/config/load.ts';
import {
  environment,
  files,
  inMetricsTls,
  makeFiles,
  OWN,
} from '../../support/config/tls-files.ts';

before(makeFiles);

test('reasons for which a file cannot be read are told apart', async () => {
  const { loadSettings } = await import('../../../src/config/load-settings.ts');
  const reasons = {
    EACCES: 'may not be read by this process',
    EISDIR: 'is a directory',
    EIO: 'cannot be read (EIO)',
  };
  for (const [code, reason] of Object.entries(reasons)) {
    const loaded = loadSettings(inVault('tls: {caCert: /f}'), environment, () => {
      throw Object.assign(new Error('secret'), { code });
    });
    assert.equal(loaded.ok ? '' : loaded.problems[0]?.wrong, `the file "/f" ${reason}`);
  }
});

test('the certificates of a file are kept, and nothing else that stands in it', () => {
  const { ca } = settingsOf(inVault('tls: {caCert: /ca-with-key}'), environment, files).vault;
  assert.deepEqual(ca, { kind: 'file', path: '/ca-with-key', pem: `${files['/ca']?.trim()}\n` });
});

test('files that fit are taken, wherever their names came from', () => {
  const text = inMetricsTls(...OWN, 'caCert: $CA_FILE');
  const { certificate, clients, port } = settingsOf(text, environment, files).prometheus;
  assert.deepEqual(certificate, { kind: 'files', certFile: '/cert', keyFile: '/key' });
  assert.deepEqual(clients, { kind: 'signed-by-file', file: '/ca' });
  assert.equal(port, 443);
});
