import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logTokenReport } from '../../../src/bin/reports/log-token-report.ts';
import { logTrustReport } from '../../../src/bin/reports/log-trust-report.ts';
import type { TrustReport } from '../../../src/vault/ca/vault-trust.ts';
import type { TokenFailure, TokenReport } from '../../../src/vault/own-token/upkeep/messages.ts';
import { recordedLog } from '../../support/telemetry/recorded-log.ts';

const HOUR = 3_600_000;
const AWAY: TokenFailure = { kind: 'unavailable', words: 'renew the own token: HTTP 503' };
const accepted = { kind: 'accepted', ttlMs: HOUR, lifetimeMs: HOUR } as const;

const TOKEN_LINES: readonly [TokenReport, readonly string[]][] = [
  [{ ...accepted, limits: [], replaces: false }, ['info: the token is valid, for 1h']],
  [
    { ...accepted, limits: ['may be used only 3 more times'], replaces: true },
    [
      'info: another token takes the place of the one before, for 1h',
      'warn: the token of the controller may be used only 3 more times',
    ],
  ],
  [
    { kind: 'renewed', ttlMs: HOUR, renewable: true, shrinks: false },
    ['debug: the token is renewed for 1h'],
  ],
  [
    { kind: 'renewed', ttlMs: 60_000, renewable: true, shrinks: true },
    ['warn: the token is renewed for 1m, less than before: it nears its end'],
  ],
  [
    { kind: 'renewal-failed', failure: AWAY, leftMs: 90_000 },
    ['error: cannot renew the token, which has 1m30s left: renew the own token: HTTP 503'],
  ],
  [
    { kind: 'not-obtained', step: 'check', failure: AWAY, othersInUse: false },
    [
      'error: cannot use the token: renew the own token: HTTP 503; nothing can be minted until that works',
    ],
  ],
  [
    { kind: 'not-obtained', step: 'read', failure: AWAY, othersInUse: true },
    ['warn: cannot read the token: renew the own token: HTTP 503; the one before it stays in use'],
  ],
  [
    { kind: 'lost', how: 'expired', words: '' },
    ['error: the token has expired; nothing can be minted until there is another'],
  ],
  [
    { kind: 'lost', how: 'denied', words: 'HTTP 403' },
    [
      'error: Vault does not accept the token any more (HTTP 403); nothing can be minted until there is another',
    ],
  ],
];

for (const [report, lines] of TOKEN_LINES) {
  test(`S30 the log says: ${lines[0]}`, () => {
    const log = recordedLog();
    logTokenReport(log.logger, report);
    assert.deepEqual(log.lines, lines);
  });
}

test('S30 each rule that a token breaks has its line, with the remedy', () => {
  const rules = [
    { wrong: 'has no TTL', remedy: 'vault token create' },
    { wrong: 'is not renewable', remedy: 'vault write' },
  ];
  for (const [othersInUse, end] of [
    [false, ''],
    [true, '; the one before it stays in use'],
  ] as const) {
    const log = recordedLog();
    logTokenReport(log.logger, { kind: 'broken', rules, othersInUse });
    assert.deepEqual(log.lines, [
      `error: the token of the controller has no TTL${end}`,
      `error: the token of the controller is not renewable${end}`,
    ]);
    assert.deepEqual(
      log.written.map((line) => JSON.parse(line).remedy),
      ['vault token create', 'vault write'],
    );
  }
});

const fingerprints = ['3f'.repeat(32), 'a0'.repeat(32)];
const AS_WRITTEN = `caSHA256: ["${fingerprints.join('", "')}"]`;

/** The line's beginning, and what it says to do. */
const TRUST_LINES: readonly [TrustReport, string, string | undefined][] = [
  [
    { kind: 'pinned', fingerprints, verified: false },
    'warn: vault.tls.vaultCABackends delivered what verifies Vault from now on; nothing vouches',
    `if these are the right ones, write in vault.tls: ${AS_WRITTEN}`,
  ],
  [
    { kind: 'pinned', fingerprints, verified: true },
    'info: vault.tls.vaultCABackends delivered what verifies Vault from now on',
    undefined,
  ],
  [{ kind: 'replaced', fingerprints }, 'info: vault.tls.caCert has changed', undefined],
  [
    { kind: 'changed', fingerprints },
    'error: vault.tls.vaultCABackends deliver other certificates than at start',
    `if that is meant, restart the controller, with ${AS_WRITTEN} in vault.tls`,
  ],
  [
    { kind: 'unreadable', words: 'ENOENT', othersInUse: true },
    'warn: cannot read what verifies Vault: ENOENT; what was read before stays in use',
    undefined,
  ],
  [
    { kind: 'unreadable', words: 'pki/ca/pem: HTTP 503', othersInUse: false },
    'error: cannot read what verifies Vault: pki/ca/pem: HTTP 503',
    undefined,
  ],
  [
    { kind: 'refused', words: 'self-signed' },
    'error: the certificate of Vault is not accepted: self-signed',
    undefined,
  ],
];

for (const [report, begins, remedy] of TRUST_LINES) {
  test(`S32 the log says: ${begins}`, () => {
    const log = recordedLog();
    logTrustReport(log.logger, report);
    assert.equal(log.lines.length, 1);
    assert.ok(log.lines[0]?.startsWith(begins), log.lines[0]);
    assert.equal(JSON.parse(log.written[0] ?? '').remedy, remedy);
  });
}
