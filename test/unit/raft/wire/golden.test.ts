import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest } from '../../../../src/raft/wire/encode-request.ts';
import { WIRE_LIMITS } from '../../../../src/raft/wire/limits.ts';
import { replyReader } from '../../../../src/raft/wire/reply-reader.ts';
import { requestReader } from '../../../../src/raft/wire/request-reader.ts';
import { encodeResponse } from '../../../../src/raft/wire/responses.ts';
import { golden, requests, responses, SENDER } from './samples.ts';

for (const [name, request] of Object.entries(requests)) {
  test(`the request "${name}" is what hashicorp/raft writes, and is read from that`, () => {
    assert.equal(hex(encodeRequest(SENDER, request)), hex(golden(name)));
    const received = requestReader(WIRE_LIMITS).push(golden(name));
    assert.deepEqual(received, [{ from: SENDER, request }]);
  });
}

for (const [name, response] of Object.entries(responses)) {
  test(`the response "${name}" is what hashicorp/raft writes, and is read from that`, () => {
    assert.equal(hex(encodeResponse(SENDER, response)), hex(golden(name)));
    const reader = replyReader(WIRE_LIMITS);
    reader.expect(response.kind);
    assert.deepEqual(reader.push(golden(name)), [{ kind: 'answered', from: SENDER, response }]);
  });
}

const OLD_ENTRY = { kind: 'command', index: 10, term: 5, data: new Uint8Array(Buffer.from('old')) };
const OLD_REQUEST = {
  kind: 'append-entries',
  term: 5,
  prevIndex: 9,
  prevTerm: 4,
  entries: [OLD_ENTRY],
  commit: 9,
};

test('of a server before 1.3, which has no header, the address is where the leader stands', () => {
  const received = requestReader(WIRE_LIMITS).push(golden('append-entries-of-1.1'));
  const from = { id: '', address: SENDER.address };
  assert.deepEqual(received, [{ from, request: OLD_REQUEST }]);
});

for (const name of ['append-entries-with-time', 'append-entries-with-new-time']) {
  test(`the time at which an entry was appended is read over: ${name}`, () => {
    const received = requestReader(WIRE_LIMITS).push(golden(name));
    assert.deepEqual(received, [{ from: SENDER, request: OLD_REQUEST }]);
  });
}

for (const name of ['install-snapshot-response', 'timeout-now-response']) {
  test(`an answer without a header does not say who gives it: ${name}`, () => {
    const response = responses[name] ?? assert.fail(`no ${name}`);
    const reader = replyReader(WIRE_LIMITS);
    reader.expect(response.kind);
    assert.deepEqual(reader.push(golden(`${name}-without-header`)), [
      { kind: 'answered', from: { id: '', address: '' }, response },
    ]);
  });
}

for (const [name, message] of [
  ['refusal', 'node is not the leader'],
  ['refusal-without-struct', 'unexpected command'],
] as const) {
  test(`an error stands for the answer, whatever struct follows it: ${name}`, () => {
    const reader = replyReader(WIRE_LIMITS);
    reader.expect('append-entries');
    reader.expect('timeout-now');
    const bytes = Buffer.concat([golden(name), golden('timeout-now-response')]);
    assert.deepEqual(reader.push(bytes), [
      { kind: 'refused', message },
      { kind: 'answered', from: SENDER, response: { kind: 'timeout-now' } },
    ]);
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
