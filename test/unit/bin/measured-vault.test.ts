import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureTimeLeft, measureToken } from '../../../src/bin/reports/measure-token.ts';
import { measuringVault } from '../../../src/bin/reports/measure-vault.ts';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';
import type { VaultClient } from '../../../src/vault/client/vault-client.ts';
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import type { TokenStanding } from '../../../src/vault/own-token/standing.ts';
import { sampleOf } from '../../support/telemetry/read-metrics.ts';

const USAGE = { residentBytes: () => 1, cpuSeconds: () => 1, openFiles: () => 1, startedAt: 1 };
const newMetrics = () => createMetrics({ version: '1', runtime: 'v24' }, USAGE);

const REQUEST = { name: 'look', method: 'GET', path: 'auth/token/lookup-self' } as const;
const denied = new FinalVaultError('denied', 'look', 'permission denied');
const unreachable = new RetryableVaultError('unreachable', 'look', 'no route');

test('S15 Vault is up while it answers, be it with a no, and down while it does not', async () => {
  const metrics = newMetrics();
  const up = async () => sampleOf(await metrics.expose(), 'vault_up');
  const outcomes: (string | Error)[] = [
    '{}',
    unreachable,
    denied,
    unreachable,
    new Error('broken off'),
  ];
  const plain: VaultClient = {
    async send() {
      const outcome = outcomes.shift() ?? '';
      if (typeof outcome === 'string') return outcome;
      throw outcome;
    },
    close: () => {},
  };
  const client = measuringVault(plain, metrics.credentials);
  assert.equal(await up(), undefined);
  assert.equal(await client.send(REQUEST), '{}');
  assert.equal(await up(), 1);
  await assert.rejects(client.send(REQUEST), unreachable);
  assert.equal(await up(), 0);
  await assert.rejects(client.send(REQUEST), denied);
  assert.equal(await up(), 1);
  await assert.rejects(client.send(REQUEST), unreachable);
  await assert.rejects(client.send(REQUEST), /broken off/);
  assert.equal(await up(), 0, 'what says nothing of Vault changes nothing');
});

test('S30 renewals are counted, and what a token is granted is told beside what is left of it', async () => {
  const metrics = newMetrics();
  const of = async (name: string) => sampleOf(await metrics.expose(), name);
  let standing: TokenStanding = { kind: 'waiting', reason: '', leftMs: 0 };
  measureTimeLeft(metrics, { standing: () => standing });
  assert.equal(await of('vault_token_ttl_seconds'), undefined);
  const { credentials } = metrics;
  const accepted = { ttlMs: 600_000, lifetimeMs: 3_600_000, limits: [], replaces: false };
  measureToken(credentials, { kind: 'accepted', ...accepted });
  standing = { kind: 'valid', reason: '', leftMs: 599_500 };
  assert.equal(await of('vault_token_ttl_seconds'), 599.5);
  assert.equal(await of('vault_token_lifetime_seconds'), 3_600);
  measureToken(credentials, { kind: 'renewed', ttlMs: 1_800_000, renewable: true, shrinks: true });
  const failure = { kind: 'refused', words: 'no' } as const;
  measureToken(credentials, { kind: 'renewal-failed', failure, leftMs: 1 });
  assert.equal(await of('vault_token_lifetime_seconds'), 1_800);
  assert.equal(await of('vault_token_renewal_requests_total'), 2);
  assert.equal(await of('vault_token_renewal_request_failures_total'), 1);
  standing = { kind: 'expired', reason: '', leftMs: 0 };
  assert.equal(await of('vault_token_ttl_seconds'), 0);
});
