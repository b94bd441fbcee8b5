import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAnswer } from '../../../../src/wire/answer.ts';
import { answering, pushTo, respond, TOKEN } from '../../../support/delivery/pushing.ts';
import { tlsPeer } from '../../../support/servers/tls-peer.ts';

test('S18 of an answer no more than 4 KiB are read', async () => {
  for (const status of ['200 OK', '500 No']) {
    let written = 0;
    await using peer = await tlsPeer((socket) => {
      socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 1000000000\r\n\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536))) written += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    const outcome = await pushTo(peer);
    assert.equal(outcome.kind, 'replied');
    if (outcome.kind === 'replied' && outcome.reply.kind === 'foreign') {
      assert.ok(outcome.reply.text.length <= 200);
    }
    assert.ok(written < 100_000_000, `${written} bytes were taken`);
  }
});

const ECHOES: readonly [how: string, echo: (secret: string) => string][] = [
  ['as it is', (secret) => `bad token ${secret}`],
  ['in JSON', (secret) => JSON.stringify({ error: { token: secret } })],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['URL-encoded', (secret) => encodeURIComponent(secret)],
  ['many times', (secret) => `${secret} `.repeat(100)],
  ['at the very end of what is read', (secret) => `${'x'.repeat(4_096 - 10)}${secret}`],
];

for (const [how, echo] of ECHOES) {
  test(`S18 a receiver that repeats the token ${how} gets none of it into the outcome`, async () => {
    const secret = TOKEN.secret.reveal();
    const text = echo(secret);
    const reason = { result: 'bad-push', reason: text, tokenUsed: false } as const;
    for (const response of [respond('500 No', text), respond('400 No', encodeAnswer(reason))]) {
      await using peer = await tlsPeer(answering(response));
      const printed = JSON.stringify(await pushTo(peer));
      for (const part of [
        'CAESI',
        'wrapping-token',
        Buffer.from(secret).toString('base64').slice(3, 20),
      ]) {
        assert.ok(!printed.includes(part), printed);
      }
    }
  });
}

test('S18 control characters in an answer are escaped', async () => {
  await using peer = await tlsPeer(answering(respond('500 No', 'a\nb\u001b[31mc\u202e')));
  assert.deepEqual(await pushTo(peer), {
    kind: 'replied',
    reply: { kind: 'foreign', status: 500, text: 'a\\x0ab\\x1b[31mc\\u{202e}' },
  });
});
