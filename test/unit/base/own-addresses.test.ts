import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { ownAddresses } from '../../../src/base/own-addresses.ts';

function address(text: string, internal = false): NetworkInterfaceInfo {
  return {
    address: text,
    netmask: '',
    mac: '',
    internal,
    cidr: null,
    ...(text.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
  };
}

const LO = [address('127.0.0.1', true), address('::1', true)];

test('S29 the addresses of a pod are those of its interfaces, in both families, without loopback', () => {
  const eth0 = [address('10.1.2.3'), address('fd00::17')];
  assert.deepEqual(ownAddresses({ lo: LO, eth0 }), ['10.1.2.3', 'fd00::17']);
});

test('a machine with nothing but loopback is known by that', () => {
  assert.deepEqual(ownAddresses({ lo: LO, none: undefined }), ['127.0.0.1', '::1']);
});
