import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import {
  type CredentialOptions,
  vaultCredentialSource,
} from '../../../src/delivery/credential-source.ts';
import type { VaultClient, VaultRequest } from '../../../src/vault/client/vault-client.ts';
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/client/vault-error.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const WEB = parseRoleName('web') ?? assert.fail();
const POD = {
  uid: 'uid-1',
  namespace: 'shop',
  name: 'web-1',
  serviceAccount: 'default',
  ips: ['10.0.0.1', 'fd00::1'],
};
const OPTIONS: CredentialOptions = {
  appRoleMount: 'team/approle',
  wrappingTtlSeconds: 60,
  metadata: [],
  bindToPodIp: 'off',
};
const TOKEN = {
  secret: new Secret('hvs.of-the-test'),
  role: WEB,
  accessor: 'acc-1',
  creationTime: '2026-01-01T00:00:00Z',
  ttlMs: 60_000,
  askedAt: 0,
};
const GONE = new FinalVaultError(
  'rejected',
  'look up',
  'wrapping token is not valid or does not exist',
);
const FOUND = { data: { creation_path: 'auth/approle/role/web/secret-id', creation_ttl: 60 } };

/** A source whose Vault answers with these, in turn; the last one again and again. */
function sourceWith(answers: readonly (object | Error)[], change: Partial<CredentialOptions> = {}) {
  const clock = virtualClock(1_000);
  const requests: VaultRequest[] = [];
  const client: VaultClient = {
    async send(request) {
      requests.push(request);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return JSON.stringify(answer);
    },
    close: () => {},
  };
  return {
    clock,
    requests,
    source: vaultCredentialSource(client, { ...OPTIONS, ...change }, clock),
  };
}

const MINTED = {
  wrap_info: {
    token: 'hvs.minted',
    accessor: 'of-the-wrapping-token',
    wrapped_accessor: 'of-the-secret-id',
    ttl: 45,
    creation_time: '2026-01-01T00:00:00.123456789Z',
    creation_path: 'auth/team/approle/role/web/secret-id',
  },
};

test('S11 a mint gives the token with the accessor of the secret_id in it, and when it was asked for', async () => {
  const { source, requests } = sourceWith([MINTED]);
  const token = await source.mint(WEB, POD);
  assert.equal(token.secret.reveal(), 'hvs.minted');
  assert.deepEqual(
    { ...token, secret: undefined },
    {
      secret: undefined,
      role: 'web',
      accessor: 'of-the-secret-id',
      creationTime: MINTED.wrap_info.creation_time,
      ttlMs: 45_000,
      askedAt: 1_000,
    },
  );
  assert.equal(requests[0]?.path, 'auth/team/approle/role/web/secret-id');
  assert.equal(requests[0]?.wrapTtlSeconds, 60);
  assert.deepEqual(requests[0]?.body, {});
});

test('S18 the pod is named in Vault’s audit log only as configured', async () => {
  const { source, requests } = sourceWith([MINTED], { metadata: ['namespace', 'pod'] });
  await source.mint(WEB, POD);
  assert.deepEqual(requests[0]?.body, {
    metadata: JSON.stringify({ kv_namespace: 'shop', kv_pod: 'web-1' }),
  });
});

const BINDINGS: readonly [bindToPodIp: CredentialOptions['bindToPodIp'], body: object][] = [
  ['off', {}],
  ['secret-id', { cidr_list: ['10.0.0.1/32', 'fd00::1/128'] }],
  [
    'token',
    {
      cidr_list: ['10.0.0.1/32', 'fd00::1/128'],
      token_bound_cidrs: ['10.0.0.1/32', 'fd00::1/128'],
    },
  ],
];

for (const [bindToPodIp, body] of BINDINGS) {
  test(`S6 bindToPodIP ${bindToPodIp} restricts where what was minted is of use`, async () => {
    const { source, requests } = sourceWith([MINTED], { bindToPodIp });
    await source.mint(WEB, POD);
    assert.deepEqual(requests[0]?.body, body);
  });
}

test('S11 a secret_id is destroyed by its accessor, and not at all where there is none', async () => {
  const { source, requests } = sourceWith([{}]);
  await source.destroy({ ...TOKEN, accessor: undefined });
  assert.equal(requests.length, 0);
  await source.destroy(TOKEN);
  assert.equal(requests[0]?.path, 'auth/team/approle/role/web/secret-id-accessor/destroy');
  assert.deepEqual(requests[0]?.body, { secret_id_accessor: 'acc-1' });
});

const LOOKS: readonly [
  what: string,
  answers: readonly (object | Error)[],
  gone: boolean,
  asked: number,
][] = [
  ['is found', [FOUND], false, 1],
  ['is gone twice', [GONE, GONE], true, 2],
  ['was not known to a standby at first', [GONE, FOUND], false, 2],
  ['cannot be asked about', [new RetryableVaultError('unreachable', 'look up', 'x')], false, 1],
  [
    'is gone, and then cannot be asked about',
    [GONE, new RetryableVaultError('unavailable', 'x', 'y')],
    false,
    2,
  ],
  [
    'may not be asked about',
    [new FinalVaultError('denied', 'look up', 'permission denied')],
    false,
    1,
  ],
];

for (const [what, answers, gone, asked] of LOOKS) {
  test(`S23 a token that ${what} is ${gone ? '' : 'not '}taken for gone`, async () => {
    const { source, requests, clock } = sourceWith(answers);
    const looked = source.isGone(TOKEN);
    await clock.advanceAsync(10_000);
    assert.equal(await looked, gone);
    assert.equal(requests.length, asked);
    assert.ok(
      requests.every(({ token }) => token === 'none'),
      'the token goes in the body alone',
    );
  });
}

test('S14 a look at the own token tells a dead one from a Vault that cannot be asked', async () => {
  const own = { data: { policies: ['default'], renewable: true, ttl: 60, creation_ttl: 60 } };
  const denied = new FinalVaultError('denied', 'look up', 'permission denied');
  const away = new RetryableVaultError('unreachable', 'look up', 'ECONNREFUSED');
  assert.deepEqual(await sourceWith([own]).source.lookUpSelf(), { kind: 'valid' });
  assert.deepEqual(await sourceWith([denied]).source.lookUpSelf(), {
    kind: 'invalid',
    words: 'permission denied',
  });
  assert.deepEqual(await sourceWith([away]).source.lookUpSelf(), {
    kind: 'unknown',
    failure: { kind: 'unreachable', retryable: true, words: 'ECONNREFUSED' },
  });
});
