import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { failedConnection, LateError } from '../../../src/doctor/net/connection-problem.ts';
import { httpProbe } from '../../../src/doctor/net/http-probe.ts';
import { judgeCertificate } from '../../../src/doctor/net/judge-certificate.ts';
import { judgeClock } from '../../../src/doctor/net/judge-clock.ts';
import type { SeenCertificate } from '../../../src/doctor/net/seen-certificate.ts';
import { tlsProbe } from '../../../src/doctor/net/tls-probe.ts';
import { contextTrusting } from '../../../src/vault/client/vault-agents.ts';
import { inShort } from '../../support/doctor/findings.ts';
import { answeringServer, json } from '../../support/servers/answering-server.ts';
import { freePort, tcpPeer, tlsPeer } from '../../support/servers/tls-peer.ts';
import { until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

function coded(code: string, message = 'words'): Error {
  return Object.assign(new Error(message), { code });
}

const PROBLEMS: readonly [Error, problem: string][] = [
  [coded('ENOTFOUND'), 'no-such-name'],
  [coded('EAI_AGAIN'), 'no-such-name'],
  [coded('ECONNREFUSED'), 'refused'],
  [coded('EHOSTUNREACH'), 'no-route'],
  [coded('ETIMEDOUT'), 'timeout'],
  [new LateError(3_000), 'timeout'],
  [coded('ECONNRESET'), 'reset'],
  [coded('EPROTO'), 'not-tls'],
  [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'not-tls'],
  [coded('HPE_INVALID_CONSTANT'), 'not-http'],
  [new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'refused'],
  [new Error('something'), 'other'],
];

for (const [error, problem] of PROBLEMS) {
  test(`an error ${'code' in error ? String(error.code) : error.name} is "${problem}"`, () => {
    assert.equal(failedConnection(error).problem, problem);
    assert.notEqual(failedConnection(error).words, '');
  });
}

test('S18 the words of a failed connection hold no control characters', () => {
  assert.equal(failedConnection(new Error('a\u001b[31mb')).words, 'a\\x1b[31mb');
});

const CLOCKS: readonly [skewMs: number | undefined, says: RegExp][] = [
  [undefined, /^skipped c: Vault does not tell the time/],
  [0, /^ok c: Vault's clock and the one here agree/],
  [-4_900, /^ok/],
  [6_000, /^warning c: Vault's clock is 6s ahead of the one here → set both by NTP/],
  [-60_000, /^warning c: Vault's clock is 1m behind/],
  [-3_600_000, /^failed c: Vault's clock is 1h behind/],
];

for (const [skewMs, says] of CLOCKS) {
  test(`a clock that differs by ${skewMs} ms: ${says.source}`, () => {
    assert.match(inShort(judgeClock('c', 'Vault', skewMs)), says);
  });
}

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-06-01T00:00:00Z');

function certificate(change: Partial<SeenCertificate> = {}): SeenCertificate {
  const [notBefore, notAfter] = [NOW - 30 * DAY, NOW + 60 * DAY];
  const seen = { notBefore, notAfter, untrusted: undefined, names: 'DNS:vault' };
  return { ...seen, selfSigned: false, isFor: () => false, ...change };
}

const CERTIFICATES: readonly [what: string, Partial<SeenCertificate>, says: RegExp][] = [
  ['one that verifies', {}, /^ok c: it verifies by the file, and is valid until 2026-07-31/],
  ['one of long ago', { notAfter: NOW - 1 }, /^failed c: it expired on 2026-05-31 → renew it/],
  [
    'one of tomorrow',
    { notBefore: NOW + DAY },
    /^failed c: it is valid from 2026-06-02T.* on only/,
  ],
  ['one that ends in 6 days', { notAfter: NOW + 6 * DAY }, /^warning c: it expires in 144h/],
  ['a short one in the middle of its life', { notBefore: NOW - DAY, notAfter: NOW + DAY }, /^ok c/],
  [
    'a short one near its end',
    { notBefore: NOW - 10 * DAY, notAfter: NOW + 2 * DAY },
    /^warning c: it expires in 48h → look at what renews it/,
  ],
  [
    'one for another name',
    { untrusted: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    /^failed c: it is for other names \(DNS:vault\)/,
  ],
  [
    'one of another authority',
    { untrusted: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    /^failed c: it does not verify by the file \(UNABLE_TO.*\) → change the file/,
  ],
];

for (const [what, change, says] of CERTIFICATES) {
  test(`a certificate, ${what}: ${says.source}`, () => {
    const trust = { by: 'the file', remedy: 'change the file' };
    assert.match(inShort(judgeCertificate('c', certificate(change), trust, NOW)), says);
  });
}

test('a server is asked without a word about who asks', async () => {
  await using server = await answeringServer(() => json({ version: '1' }), { https: true });
  const url = new URL(`${server.origin}/v1/sys/health?a=b`);
  const secureContext = contextTrusting(server.ca);
  const probe = await httpProbe(url, { secureContext }, systemClock);
  assert.ok(probe.kind === 'answered', JSON.stringify(probe));
  assert.equal(probe.body, '{"version":"1"}');
  assert.equal(probe.certificate?.untrusted, undefined);
  assert.ok(Math.abs(probe.skewMs ?? Number.NaN) < 5_000, `${probe.skewMs}`);
  const [request] = server.requests;
  assert.equal(request?.path, '/v1/sys/health?a=b');
  assert.deepEqual(
    ['authorization', 'x-vault-token'].filter((name) => name in (request?.headers ?? {})),
    [],
  );
});

test('S18 a certificate that does not verify is looked at all the same', async () => {
  await using server = await answeringServer(() => json({}), { https: true });
  const probe = await httpProbe(new URL(server.origin), {}, systemClock);
  assert.ok(probe.kind === 'answered');
  assert.equal(probe.certificate?.untrusted, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  assert.match(probe.certificate.names, /127\.0\.0\.1/);
});

test('an answer without end is read up to a limit', async () => {
  await using server = await answeringServer(() => ({ status: 200, body: 'x'.repeat(1_000_000) }));
  const probe = await httpProbe(new URL(server.origin), {}, systemClock);
  assert.equal(probe.kind === 'answered' && probe.body.length, 64 * 1024);
});

test('a server that says nothing is given up after 10 s', async () => {
  await using peer = await tcpPeer(() => {});
  const clock = virtualClock();
  const probing = httpProbe(new URL(`http://127.0.0.1:${peer.port}`), {}, clock);
  await until('it is asked', () => peer.opened() === 1);
  clock.advance(10_000);
  const probe = await probing;
  assert.equal(probe.kind === 'failed' && probe.problem, 'timeout');
});

const local = (port: number) => ({ ip: '127.0.0.1', port });

test('an init container of ours is known by the certificate that it signed for its address', async () => {
  await using peer = await tlsPeer(() => {});
  const probe = await tlsProbe(local(peer.port), systemClock);
  assert.ok(probe.kind === 'connected', JSON.stringify(probe));
  const { selfSigned, isFor } = probe.certificate;
  assert.deepEqual([selfSigned, isFor('127.0.0.1'), isFor('127.0.0.2')], [true, true, false]);
  await until('it has hung up', () => peer.opened() === 1 && peer.open() === 0);
  assert.equal(peer.received.join(), '');
});

test('nobody, silence, a reset and another protocol are told apart', async () => {
  const nobody = await tlsProbe(local(await freePort()), systemClock);
  assert.deepEqual(
    [nobody.kind, 'problem' in nobody && nobody.problem],
    ['no-connection', 'refused'],
  );

  await using resetting = await tcpPeer((socket) =>
    socket.once('data', () => socket.resetAndDestroy()),
  );
  const broken = await tlsProbe(local(resetting.port), systemClock);
  assert.deepEqual([broken.kind, 'problem' in broken && broken.problem], ['no-tls', 'reset']);

  await using plain = await tcpPeer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const foreign = await tlsProbe(local(plain.port), systemClock);
  assert.deepEqual([foreign.kind, 'problem' in foreign && foreign.problem], ['no-tls', 'not-tls']);

  await using silent = await tcpPeer(() => {});
  const clock = virtualClock();
  const probing = tlsProbe(local(silent.port), clock);
  await until('it is connected', () => silent.opened() === 1);
  await until('it shakes hands', () => clock.nextWake() !== undefined);
  clock.advance(3_000);
  const late = await probing;
  assert.equal('problem' in late && late.problem, 'timeout');
});
