import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { certificateNames } from '../../../src/bin/assembly/certificate-names.ts';

function info(address: string, internal = false): NetworkInterfaceInfo {
  return { address, internal } as NetworkInterfaceInfo;
}

const POD = {
  name: 'kubernetes-vault-0',
  interfaces: {
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [info('10.1.2.3'), info('fd00::3'), info('fe80::1')],
  },
};

const CASES: readonly [what: string, address: string | undefined, ipSans: string[]][] = [
  ['no address', undefined, ['10.1.2.3', 'fd00::3']],
  ['every IPv4 address', '0.0.0.0', ['10.1.2.3', 'fd00::3']],
  ['every address', '::', ['10.1.2.3', 'fd00::3']],
  ['one address', '10.9.9.9', ['10.9.9.9']],
  ['loopback', '127.0.0.1', ['127.0.0.1']],
];
for (const [what, address, ipSans] of CASES) {
  test(`with ${what} to listen on, the certificate is for ${ipSans.join(' and ')}`, () => {
    assert.deepEqual(certificateNames('kubernetes-vault', address, POD), {
      commonName: 'kubernetes-vault',
      altNames: ['kubernetes-vault-0'],
      ipSans,
    });
  });
}
