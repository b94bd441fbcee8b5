import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAnswer, type Result, STATUS_OF } from '../../../../src/wire/answer.ts';
import { answering, EXCHANGED, pushTo, respond } from '../../../support/delivery/pushing.ts';
import { reset, tlsPeer } from '../../../support/servers/tls-peer.ts';

for (const [result, status] of Object.entries(STATUS_OF) as [Result, number][]) {
  test(`S21 the answer ${result} is understood`, async () => {
    const answer = { result, reason: 'why', tokenUsed: true };
    await using peer = await tlsPeer(answering(respond(`${status} X`, encodeAnswer(answer))));
    assert.deepEqual(await pushTo(peer), {
      kind: 'replied',
      reply: { kind: 'answered', ...answer },
    });
  });
}

const REPLIES: readonly [what: string, response: string, reply: object][] = [
  ['a 200 without a body, as of the original', respond('200 OK'), { kind: 'taken' }],
  ['a 204', 'HTTP/1.1 204 No Content\r\n\r\n', { kind: 'taken' }],
  ['a 200 with anything in it', respond('200 OK', 'OK!'), { kind: 'taken' }],
  ['a 500', respond('500 No'), { kind: 'foreign', status: 500, text: '' }],
  [
    'a 500 that says exchanged',
    respond('500 No', EXCHANGED),
    { kind: 'foreign', status: 500, text: EXCHANGED },
  ],
  [
    'a 200 that says busy',
    respond('200 OK', '{"result":"busy"}'),
    { kind: 'foreign', status: 200, text: '{"result":"busy"}' },
  ],
  [
    'an unknown result',
    respond('418 Tea', '{"result":"tea"}'),
    { kind: 'foreign', status: 418, text: '{"result":"tea"}' },
  ],
  [
    'a result that every object has',
    respond('500 No', '{"result":"toString"}'),
    { kind: 'foreign', status: 500, text: '{"result":"toString"}' },
  ],
  [
    'a redirect',
    respond('307 Go', '', 'location: https://127.0.0.1:1/\r\n'),
    { kind: 'foreign', status: 307, text: '' },
  ],
  ['a 100 before the 200', `HTTP/1.1 100 Continue\r\n\r\n${respond('200 OK')}`, { kind: 'taken' }],
  [
    'early hints before the 200',
    `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${respond('200 OK')}`,
    { kind: 'taken' },
  ],
];

for (const [what, response, reply] of REPLIES) {
  test(`S10 the reply to a push: ${what}`, async () => {
    await using peer = await tlsPeer(answering(response));
    assert.deepEqual(await pushTo(peer), { kind: 'replied', reply });
    assert.equal(peer.opened(), 1);
  });
}

test('S10 a body that ends with the connection is read to its end', async () => {
  await using peer = await tlsPeer((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${EXCHANGED}`);
  });
  const outcome = await pushTo(peer);
  assert.equal(outcome.kind === 'replied' && outcome.reply.kind, 'answered');
});

test('S10 a reply that came whole counts, though the connection is reset at once', async () => {
  await using peer = await tlsPeer((socket) => {
    socket.write(respond('200 OK', EXCHANGED), () => reset(socket));
  });
  const outcome = await pushTo(peer);
  assert.equal(outcome.kind === 'replied' && outcome.reply.kind, 'answered');
});
