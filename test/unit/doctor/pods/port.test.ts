import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenCertificate } from '../../../../src/doctor/net/seen-certificate.ts';
import type { TlsProbe } from '../../../../src/doctor/net/tls-probe.ts';
import { judgePort } from '../../../../src/doctor/pods/port.ts';
import { inShort } from '../../../support/doctor/findings.ts';

function shown(change: Partial<SeenCertificate>): TlsProbe {
  const certificate = { untrusted: 'x', notBefore: 0, notAfter: 1, names: 'DNS:mesh' };
  return {
    kind: 'connected',
    certificate: { ...certificate, selfSigned: true, isFor: () => true, ...change },
  };
}

const failing = (
  kind: 'no-connection' | 'no-tls',
  problem: 'refused' | 'timeout' | 'reset' | 'not-tls',
): TlsProbe => ({
  kind,
  problem,
  words: 'w',
});

const PORTS: readonly [what: string, TlsProbe, says: RegExp][] = [
  [
    'an init container of ours',
    shown({}),
    /^ok pod\.port: an init container of ours answers at 10\.0\.0\.1:50000$/,
  ],
  [
    'somebody of an authority',
    shown({ selfSigned: false }),
    /^failed .* something else speaks TLS at .* issued by some authority, for DNS:mesh/,
  ],
  [
    'somebody for another address',
    shown({ isFor: () => false }),
    /^failed .* something else speaks TLS at .* self-signed/,
  ],
  [
    'nobody',
    failing('no-connection', 'refused'),
    /^failed .* refuses connections \(w\) → look at its log/,
  ],
  [
    'silence',
    failing('no-connection', 'timeout'),
    /^failed .* does not answer at all \(w\) → look at network policies/,
  ],
  [
    'who hangs up',
    failing('no-tls', 'reset'),
    /^failed .* takes connections, but ends them \(w\) → look at service meshes/,
  ],
  [
    'who speaks something else',
    failing('no-tls', 'not-tls'),
    /^failed .* no TLS comes of them .* → let the annotation name/,
  ],
  ['who says nothing', failing('no-tls', 'timeout'), /^failed .* no TLS comes of them/],
];

for (const [what, probe, says] of PORTS) {
  test(`S13 a port where there is ${what}: ${says.source}`, () => {
    assert.match(inShort(judgePort({ ip: '10.0.0.1', port: 50_000, probe }, true)), says);
  });
}

test('from a laptop a port that cannot be reached is no fault yet', () => {
  const probe = failing('no-connection', 'timeout');
  const told = inShort(judgePort({ ip: 'fd00::1', port: 50_000, probe }, false));
  assert.match(
    told,
    /^warning pod\.port: from here, \[fd00::1\]:50000 does not answer.* → if the controller cannot/,
  );
});
