import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewEnough } from '../../../tools/servers/go.ts';
import { goModuleVersion, oldestGo } from '../../../tools/servers/go-module-version.ts';

const versions = [
  ['go1.26.6', '1.26.6', true],
  ['go1.26.5', '1.26.6', false],
  ['go1.26', '1.26.0', true],
  ['go1.27.0', '1.26.6', true],
  ['go1.9.9', '1.26.0', false],
  ['go2.0', '1.26.6', true],
  ['go1.26.8 X:nocoverageredesign', '1.26.8', true],
  ['', '1.26.0', false],
] as const;

for (const [version, oldest, expected] of versions) {
  test(`Go "${version}" ${expected ? 'is' : 'is not'} new enough where ${oldest} is needed`, () => {
    assert.equal(isNewEnough(version, oldest), expected);
  });
}

test('a tools module names its version, and the Go that it takes', () => {
  assert.match(goModuleVersion('etcd', 'go.etcd.io/etcd/server/v3'), /^\d+\.\d+\.\d+$/);
  assert.match(oldestGo('etcd'), /^\d+\.\d+/);
});
