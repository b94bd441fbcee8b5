import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answering,
  push,
  pushTo,
  respond,
  SETTINGS,
  TOKEN,
} from '../../../support/delivery/pushing.ts';
import { tlsPeer } from '../../../support/servers/tls-peer.ts';

test('S10 the push says all that the contract has it say', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')));
  await pushTo(peer);
  const [head = '', body = ''] = (peer.received[0] ?? '').split('\r\n\r\n');
  assert.match(head, /^POST \/ HTTP\/1\.1\r\n/);
  assert.match(head, /^content-type: application\/json$/im);
  assert.match(head, new RegExp(`^host: 127\\.0\\.0\\.1:${peer.port}$`, 'im'));
  assert.deepEqual(JSON.parse(body), {
    token: TOKEN.secret.reveal(),
    creationTime: TOKEN.creationTime,
    ttl: 60,
    vaultAddr: SETTINGS.vaultAddr,
    vaultCAs: Buffer.from(SETTINGS.vaultCas).toString('base64'),
    role: 'web',
    appRoleMount: 'approle',
    vaultNamespace: 'team/a',
  });
});

test('S29 an IPv6 address is pushed to as well', async () => {
  await using peer = await tlsPeer(answering(respond('200 OK')), '::1');
  assert.deepEqual(await push(peer, { ip: '::1' }).outcome, {
    kind: 'replied',
    reply: { kind: 'taken' },
  });
  assert.match(peer.received[0] ?? '', new RegExp(`^host: \\[::1\\]:${peer.port}$`, 'im'));
});
