import assert from 'node:assert/strict';
import type {
  Configuration,
  Entry,
  Request,
  Response,
  ServerInfo,
  Snapshot,
} from '../../../src/raft/messages.ts';

/** Entries, configurations and messages as words, for scripts: both ways where scripts need both. */

const NOTHING = new Uint8Array();

/** `a,b,c+d`: the voters, and behind a plus the nonvoters; each lives at its name, port 1. */
export function toConfiguration(text: string): Configuration {
  const [voters = '', nonvoters = ''] = text.split('+');
  const servers = (names: string, suffrage: ServerInfo['suffrage']) =>
    names
      .split(',')
      .filter((name) => name !== '')
      .map((id) => ({ id, address: `${id}:1`, suffrage }));
  return { servers: [...servers(voters, 'voter'), ...servers(nonvoters, 'nonvoter')] };
}

export function configurationText({ servers }: Configuration): string {
  const of = (suffrage: ServerInfo['suffrage']) =>
    servers
      .filter((server) => server.suffrage === suffrage)
      .map(({ id, address }) => (address === `${id}:1` ? id : `${id}@${address}`))
      .join();
  const nonvoters = of('nonvoter');
  return nonvoters === '' ? of('voter') : `${of('voter')}+${nonvoters}`;
}

/** `2:1` is a command, `2:1:noop`, `2:1:a,b+c`: index, term and what it is. */
export function toEntry(text: string): Entry {
  const [index = '', term = '', what = 'command'] = text.split(':');
  const place = { index: Number(index), term: Number(term) };
  if (what === 'command' || what === 'noop' || what === 'barrier') {
    return { ...place, kind: what, data: NOTHING };
  }
  return { ...place, kind: 'configuration', configuration: toConfiguration(what) };
}

export function entryText(entry: Entry): string {
  const { index, term } = entry;
  const what = entry.kind === 'configuration' ? configurationText(entry.configuration) : entry.kind;
  return what === 'command' ? `${index}:${term}` : `${index}:${term}:${what}`;
}

/** `5:2 a,b,c@4`: up to where, and the configuration, from where. */
export function toSnapshot(place: string, configuration: string): Snapshot {
  const [lastIndex, lastTerm] = toPlace(place);
  const [servers = '', from = '1'] = configuration.split('@');
  return {
    lastIndex,
    lastTerm,
    configuration: toConfiguration(servers),
    configurationIndex: Number(from),
    data: NOTHING,
  };
}

export function snapshotText(snapshot: Snapshot): string {
  const { lastIndex, lastTerm, configuration, configurationIndex } = snapshot;
  return `${lastIndex}:${lastTerm} ${configurationText(configuration)}@${configurationIndex}`;
}

function toPlace(text: string): [index: number, term: number] {
  const [index, term] = text.split(':').map(Number);
  assert.ok(index !== undefined && term !== undefined, `no place: ${text}`);
  return [index, term];
}

export function toRequest(kind: string, words: readonly string[]): Request {
  const number = (name: string) => Number(option(words, name) ?? 0);
  const term = number('term');
  const [lastIndex, lastTerm] = toPlace(option(words, 'last') ?? '0:0');
  const [prevIndex, prevTerm] = toPlace(option(words, 'prev') ?? '0:0');
  switch (kind) {
    case 'vote': {
      const leadershipTransfer = words.includes('transfer');
      return { kind: 'request-vote', term, lastIndex, lastTerm, leadershipTransfer };
    }
    case 'pre-vote':
      return { kind: 'request-pre-vote', term, lastIndex, lastTerm };
    case 'heartbeat':
    case 'append': {
      const entries = toEntries(option(words, 'entries'));
      return {
        kind: 'append-entries',
        term,
        prevIndex,
        prevTerm,
        entries,
        commit: number('commit'),
      };
    }
    case 'install':
      return {
        kind: 'install-snapshot',
        term,
        ...toSnapshot(option(words, 'last') ?? '', option(words, 'of') ?? ''),
      };
    case 'timeout-now':
      return { kind: 'timeout-now' };
    default:
      return assert.fail(`there is no request ${kind}`);
  }
}

function toEntries(text: string | undefined): Entry[] {
  return text === undefined ? [] : text.split(';').map(toEntry);
}

export function requestText(request: Request): string {
  switch (request.kind) {
    case 'request-vote': {
      const { term, lastIndex, lastTerm, leadershipTransfer } = request;
      const mark = leadershipTransfer ? ' transfer' : '';
      return `vote term=${term} last=${lastIndex}:${lastTerm}${mark}`;
    }
    case 'request-pre-vote':
      return `pre-vote term=${request.term} last=${request.lastIndex}:${request.lastTerm}`;
    case 'append-entries': {
      const { term, prevIndex, prevTerm, entries, commit } = request;
      if (prevIndex === 0 && entries.length === 0) return `heartbeat term=${term}`;
      const list = entries.length === 0 ? '' : ` entries=${entries.map(entryText).join(';')}`;
      return `append term=${term} prev=${prevIndex}:${prevTerm}${list} commit=${commit}`;
    }
    case 'install-snapshot':
      return `install term=${request.term} last=${snapshotText(request)}`;
    case 'timeout-now':
      return 'timeout-now';
  }
}

/** `vote term=2 granted`, `append term=2 last=4 refused wait`, in answer to such a request. */
export function toResponse(kind: string, words: readonly string[]): Response {
  const term = Number(option(words, 'term') ?? 0);
  const success = words.includes('ok') || words.includes('granted');
  switch (kind) {
    case 'vote':
      return { kind: 'request-vote', term, granted: success };
    case 'pre-vote':
      return { kind: 'request-pre-vote', term, granted: success };
    case 'heartbeat':
    case 'append': {
      const lastIndex = Number(option(words, 'last') ?? 0);
      const noRetryBackoff = !words.includes('wait');
      return { kind: 'append-entries', term, lastIndex, success, noRetryBackoff };
    }
    case 'install':
      return { kind: 'install-snapshot', term, success };
    case 'timeout-now':
      return { kind: 'timeout-now' };
    default:
      return assert.fail(`there is no answer ${kind}`);
  }
}

export function responseText(response: Response): string {
  switch (response.kind) {
    case 'request-vote':
    case 'request-pre-vote':
      return `term=${response.term} ${response.granted ? 'granted' : 'refused'}`;
    case 'append-entries':
      return `term=${response.term} last=${response.lastIndex} ${response.success ? 'ok' : 'refused'}`;
    case 'install-snapshot':
      return `term=${response.term} ${response.success ? 'ok' : 'refused'}`;
    case 'timeout-now':
      return 'timeout-now';
  }
}

export function option(words: readonly string[], name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}
