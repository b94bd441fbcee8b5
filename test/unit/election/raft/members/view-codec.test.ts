import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeView, encodeView } from '../../../../../src/election/raft/members/view-codec.ts';
import { aMember, aView, NEW_MEMBER } from '../../../../support/election/members.ts';

const VIEWS = [
  aView(),
  aView(aMember({ role: 'leader', acts: true, isUs: true }), NEW_MEMBER),
  { cluster: undefined, epoch: undefined, term: 0, members: [NEW_MEMBER] },
];

for (const view of VIEWS) {
  test(`a view of ${view.members.length} members is read as it was written`, () => {
    assert.deepEqual(decodeView(encodeView(view)), view);
  });
}

test('a program that reads the view finds every key, whatever is known', () => {
  for (const member of [aMember(), NEW_MEMBER]) {
    const { members, ...cluster } = JSON.parse(encodeView(aView(member), 2));
    assert.deepEqual(Object.keys(cluster), ['cluster', 'epoch', 'term']);
    assert.deepEqual(Object.keys(members[0]), Object.keys(aMember()));
  }
});

const LINE = encodeView(aView(aMember()));
const OTHERS = [
  '',
  'HTTP/1.1 400 Bad Request',
  '[]',
  '{}',
  LINE.slice(0, -3),
  LINE.replace('"term":7', '"term":"7"'),
  LINE.replace('"alive"', '"well"'),
  LINE.replace('"voter"', '"king"'),
  LINE.replace('"node":', '"name":'),
  LINE.replace(/\[.*\]/, 'null'),
];

for (const [index, text] of OTHERS.entries()) {
  test(`what is no view is not taken for one (${index})`, () => {
    assert.notEqual(text, LINE);
    assert.equal(decodeView(text), undefined);
  });
}
