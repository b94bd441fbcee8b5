import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Configuration, Request, Response } from '../../../../src/raft/messages.ts';
import type { Sender } from '../../../../src/raft/wire/header.ts';

// The messages that test/go/raft-wire/main.go records, by the same names.

export const SENDER: Sender = {
  id: '0c6f2a4e-6c5e-4a37-8a0e-3f6f0d5ce1aa',
  address: '10.1.2.3:45679',
};

const configuration: Configuration = {
  servers: [
    { ...SENDER, suffrage: 'voter' },
    { id: 'nonvoter', address: '[2001:db8::1]:45679', suffrage: 'nonvoter' },
  ],
};

const nothing = new Uint8Array(0);

export const requests: Readonly<Record<string, Request>> = {
  heartbeat: {
    kind: 'append-entries',
    term: 7,
    prevIndex: 0,
    prevTerm: 0,
    entries: [],
    commit: 0,
  },
  'append-entries': {
    kind: 'append-entries',
    term: 2 ** 33,
    prevIndex: 127,
    prevTerm: 1,
    entries: [
      { kind: 'noop', index: 128, term: 1, data: nothing },
      { kind: 'configuration', index: 129, term: 1, configuration },
      {
        kind: 'command',
        index: 130,
        term: 70_000,
        data: new Uint8Array(Buffer.alloc(400, '00ff', 'hex')),
      },
      { kind: 'barrier', index: 131, term: 2 ** 33, data: nothing },
    ],
    commit: 65_536,
  },
  'request-vote': {
    kind: 'request-vote',
    term: 255,
    lastIndex: 256,
    lastTerm: 65_535,
    leadershipTransfer: false,
  },
  'request-vote-of-transfer': {
    kind: 'request-vote',
    term: 2,
    lastIndex: 1,
    lastTerm: 1,
    leadershipTransfer: true,
  },
  'install-snapshot': {
    kind: 'install-snapshot',
    term: 3,
    lastIndex: 1_000,
    lastTerm: 2,
    configuration,
    configurationIndex: 129,
    data: new Uint8Array(Buffer.alloc(300, 'abc')),
  },
  'timeout-now': { kind: 'timeout-now' },
  'request-pre-vote': {
    kind: 'request-pre-vote',
    term: 4_294_967_296,
    lastIndex: 1,
    lastTerm: 1,
  },
};

export const responses: Readonly<Record<string, Response>> = {
  'append-entries-response': {
    kind: 'append-entries',
    term: 7,
    lastIndex: 131,
    success: true,
    noRetryBackoff: false,
  },
  'append-entries-refused': {
    kind: 'append-entries',
    term: 7,
    lastIndex: 4,
    success: false,
    noRetryBackoff: true,
  },
  'vote-granted': { kind: 'request-vote', term: 255, granted: true },
  'pre-vote-refused': { kind: 'request-pre-vote', term: 128, granted: false },
  'install-snapshot-response': { kind: 'install-snapshot', term: 3, success: true },
  'timeout-now-response': { kind: 'timeout-now' },
};

const recorded = new Map(
  readFileSync(new URL('golden/hashicorp-raft-1.7.3.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', hex = ''] = line.split(' ');
      return [name, Buffer.from(hex, 'hex')];
    }),
);

/** The bytes that hashicorp/raft 1.7.3 made of the message of that name. */
export function golden(name: string): Buffer {
  const bytes = recorded.get(name);
  if (bytes === undefined) throw new Error(`no bytes are recorded of ${name}`);
  return bytes;
}
