import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { type CaBundle, caBundle } from '../../../../src/vault/ca/ca-bundle.ts';
import { CaFetchError } from '../../../../src/vault/ca/fetch-ca-bundle.ts';
import { fileTrust, systemTrust } from '../../../../src/vault/ca/file-trust.ts';
import { mountTrust } from '../../../../src/vault/ca/mount-trust.ts';
import type { TrustReport } from '../../../../src/vault/ca/vault-trust.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const [one, two] = await Promise.all([createTestCa('one'), createTestCa('two')]);
const ONE = caBundle([one.caPem]);
const TWO = caBundle([two.caPem]);
const leaf = await one.issue('vault', ['127.0.0.1']);
const TEN_MINUTES = 600_000;

test('S32 a bundle is certificates only, written anew, each once', () => {
  const mixed = `subject=one\n${one.caPem}\n${leaf.keyPem}${two.caPem}${one.caPem}`;
  const bundle = caBundle([mixed]);
  const anew = [one, two].map(({ caPem }) => new X509Certificate(caPem).toString());
  assert.equal(bundle.pem, anew.join(''));
  assert.equal(bundle.fingerprints.length, 2);
  assert.deepEqual(
    [bundle.authoritiesOnly, caBundle([leaf.certPem]).authoritiesOnly],
    [true, false],
  );
});

test('S32 the roots of the system verify Vault where nothing else is configured', async () => {
  const reports: TrustReport[] = [];
  const trust = systemTrust((report) => reports.push(report));
  await trust.ready;
  assert.deepEqual([trust.pem(), trust.missing()], [undefined, undefined]);
  trust.doubt('no');
  trust.stop();
  assert.deepEqual(reports, [{ kind: 'refused', words: 'no' }]);
});

function trustingFile() {
  const clock = virtualClock();
  const file: { content: string | undefined } = { content: one.caPem };
  const reports: TrustReport[] = [];
  const read = async () => {
    if (file.content === undefined) throw new Error('ENOENT: no such file');
    return file.content;
  };
  const trust = fileTrust(
    { path: '/ca.crt', first: ONE.pem },
    { read, clock, random: () => 0.5 },
    (report) => reports.push(report),
  );
  return { clock, file, reports, trust };
}

test('S32 a file of certificates is read again when it changes, and what is pushed is what it holds', async () => {
  const { clock, file, reports, trust } = trustingFile();
  assert.equal(trust.pem(), ONE.pem);
  await clock.advanceAsync(10_000);
  assert.deepEqual(reports, []);
  file.content = `# both\n${two.caPem}${leaf.keyPem}${one.caPem}`;
  await clock.advanceAsync(2_000);
  const both = caBundle([two.caPem, one.caPem]);
  assert.equal(trust.pem(), both.pem);
  assert.deepEqual(reports, [{ kind: 'replaced', fingerprints: both.fingerprints }]);
  trust.stop();
  assert.equal(clock.nextWake(), undefined);
});

test('S32 a file that holds no certificate any more leaves the old ones in use', async () => {
  const { clock, file, reports, trust } = trustingFile();
  for (const content of ['', undefined, leaf.keyPem, one.caPem]) {
    file.content = content;
    await clock.advanceAsync(10_000);
    assert.equal(trust.pem(), ONE.pem);
  }
  assert.deepEqual(
    reports.map((report) => report.kind === 'unreadable' && report.othersInUse),
    [true, true, true],
  );
});

test('S32 a certificate that is not accepted has the file read at once', async () => {
  const { clock, file, trust } = trustingFile();
  await clock.advanceAsync(100);
  file.content = two.caPem;
  trust.doubt('no');
  await clock.advanceAsync(0);
  assert.equal(trust.pem(), TWO.pem);
});

type Delivery = CaBundle | CaFetchError;

function trustingMounts({
  sha256 = [],
  first = ONE,
}: {
  sha256?: string[];
  first?: Delivery;
} = {}) {
  const clock = virtualClock();
  const mounts = { fetched: first, looked: first };
  const asked: string[] = [];
  const reports: TrustReport[] = [];
  const deliver = async (how: 'fetched' | 'looked') => {
    asked.push(how);
    const delivery = mounts[how];
    if (delivery instanceof Error) throw delivery;
    return delivery;
  };
  const trust = mountTrust({
    fetch: () => deliver('fetched'),
    look: () => deliver('looked'),
    sha256,
    clock,
    random: () => 0.5,
    report: (report) => reports.push(report),
  });
  const kinds = () => reports.map(({ kind }) => kind);
  return { clock, mounts, asked, reports, kinds, trust };
}

test('S32 what mounts deliver is pinned, and its fingerprints are told', async () => {
  for (const sha256 of [[], [...TWO.fingerprints, ...ONE.fingerprints]]) {
    const { clock, reports, trust } = trustingMounts({ sha256 });
    assert.deepEqual([trust.pem(), trust.missing()], [undefined, 'not fetched yet']);
    await clock.advanceAsync(0);
    await trust.ready;
    assert.deepEqual([trust.pem(), trust.missing()], [ONE.pem, undefined]);
    const verified = sha256.length > 0;
    assert.deepEqual(reports, [{ kind: 'pinned', fingerprints: ONE.fingerprints, verified }]);
    trust.stop();
    assert.equal(clock.nextWake(), undefined);
  }
});

test('S32 while Vault is away the mounts are asked again, with backoff', async () => {
  const away = new CaFetchError('pki/ca/pem: connection refused', true);
  const { clock, mounts, asked, kinds, trust } = trustingMounts({ first: away });
  await clock.advanceAsync(30_000);
  assert.deepEqual([trust.missing(), kinds()], [away.message, ['unreadable']]);
  assert.ok(asked.length >= 6 && asked.length <= 14, `${asked.length}`);
  mounts.fetched = ONE;
  await clock.advanceAsync(5_000);
  await trust.ready;
  assert.equal(trust.pem(), ONE.pem);
});

test('S32 what is refused for good ends the start', async () => {
  const bad = new CaFetchError('pki delivers a certificate that is no authority', false);
  const { clock, asked, trust } = trustingMounts({ first: bad });
  await clock.advanceAsync(60_000);
  await assert.rejects(trust.ready, bad);
  assert.deepEqual([asked.length, trust.pem()], [1, undefined]);
});

test('S32 a certificate that is not among the fingerprints ends the start, and is named', async () => {
  const { clock, trust } = trustingMounts({ sha256: [...TWO.fingerprints] });
  await clock.advanceAsync(0);
  await assert.rejects(trust.ready, new RegExp(`${ONE.fingerprints[0]}.*not listed`));
  assert.equal(trust.pem(), undefined);
});

test('S32 other certificates of the mounts are reported once, and not used', async () => {
  const { clock, mounts, reports, trust } = trustingMounts();
  await clock.advanceAsync(0);
  mounts.looked = TWO;
  await clock.advanceAsync(5 * TEN_MINUTES);
  assert.deepEqual(reports.slice(1), [{ kind: 'changed', fingerprints: TWO.fingerprints }]);
  mounts.looked = ONE;
  await clock.advanceAsync(TEN_MINUTES);
  mounts.looked = TWO;
  await clock.advanceAsync(TEN_MINUTES);
  assert.deepEqual(reports.slice(2), [{ kind: 'changed', fingerprints: TWO.fingerprints }]);
  assert.equal(trust.pem(), ONE.pem);
});

test('S32 a certificate of Vault that is not accepted has the mounts looked at, and changes nothing', async () => {
  const { clock, mounts, kinds, trust } = trustingMounts();
  trust.doubt('before it was pinned');
  await clock.advanceAsync(1_000);
  mounts.looked = TWO;
  trust.doubt('self-signed certificate in certificate chain');
  await clock.advanceAsync(0);
  assert.deepEqual(kinds(), ['refused', 'pinned', 'refused', 'changed']);
  assert.equal(trust.pem(), ONE.pem);
  trust.stop();
  assert.equal(clock.nextWake(), undefined);
});

test('S32 mounts that cannot be looked at are told of once', async () => {
  const { clock, mounts, kinds } = trustingMounts();
  await clock.advanceAsync(0);
  mounts.looked = new CaFetchError('pki/ca/pem: connection refused', true);
  await clock.advanceAsync(3 * TEN_MINUTES);
  assert.deepEqual(kinds(), ['pinned', 'unreadable']);
});
