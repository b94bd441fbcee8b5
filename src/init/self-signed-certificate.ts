import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  bitString,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from './der.ts';

const COMMON_NAME = 'kubernetes-vault-init';
/** How far a peer's clock may be behind this one and still see a certificate that has begun. */
const BACKDATED_MS = 5 * 60_000;

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const [TRUE, VERSION_3, DIGITAL_SIGNATURE] = [
  Buffer.of(0x01, 0x01, 0xff),
  Buffer.of(0xa0, 0x03, 0x02, 0x01, 0x02),
  Buffer.of(0x03, 0x02, 0x07, 0x80),
];
const [CONTEXT_3, IP_ADDRESS] = [0xa3, 0x87];

export interface SelfSigned {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
}

export interface Subject {
  /** IP addresses for the subject alternative name. */
  readonly addresses: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly validForMs: number;
}

/**
 * A new P-256 key and a server certificate for it that it signed itself: X.509 version 3 (RFC 5280)
 * with ecdsa-with-SHA256 (RFC 5758).
 */
export function selfSignedCertificate(subject: Subject): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName(COMMON_NAME);
  const body = sequence(
    VERSION_3,
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(subject.now - BACKDATED_MS), time(subject.now + subject.validForMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(CONTEXT_3, sequence(...extensions(subject.addresses))),
  );
  const der = sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: pem(der),
  };
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(objectId('2.5.4.3'), utf8String(commonName))));
}

function extensions(addresses: readonly string[]): Buffer[] {
  const [basicConstraints, serverAuth] = [sequence(), objectId('1.3.6.1.5.5.7.3.1')];
  const names = addresses.map((address) => tagged(IP_ADDRESS, addressBytes(address)));
  return [
    sequence(objectId('2.5.29.19'), TRUE, octetString(basicConstraints)),
    sequence(objectId('2.5.29.15'), TRUE, octetString(DIGITAL_SIGNATURE)),
    sequence(objectId('2.5.29.37'), octetString(sequence(serverAuth))),
    sequence(objectId('2.5.29.17'), octetString(sequence(...names))),
  ];
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes any IPv6 address as groups of hexadecimal digits with at most one `::`.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<number>(8 - left.length - right.length).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [at, group] of [...left, ...zeros, ...right].entries())
    bytes.writeUInt16BE(group, at * 2);
  return bytes;
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
