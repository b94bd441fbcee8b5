import assert from 'node:assert/strict';
import {
  type Change,
  DEFAULT_SETTINGS,
  type RaftInput,
  type RaftOutput,
  type RaftSettings,
} from '../../../src/raft/core/io.ts';
import { createRaft, type Raft } from '../../../src/raft/core/raft.ts';
import {
  configurationText,
  entryText,
  option,
  requestText,
  responseText,
  snapshotText,
  toEntry,
  toRequest,
  toResponse,
  toSnapshot,
} from './raft-text.ts';

/**
 * Plays a script to one server, `a`, and returns it with what the server did written below each line.
 * Lines that begin with a blank are what it did; `#` and empty lines stay as they are. The first
 * other line says what its disk held:
 *
 *     disk term=2 vote=b log=1:1:a,b,c;2:1;3:2:noop snapshot=1:1 of=a,b,c@1 preVote=false …
 *
 * and each one after it begins with a time in milliseconds:
 *
 *     0 from b vote term=2 last=3:1 transfer        a request (see raft-text)
 *     0 answer 3 append term=2 last=4 refused wait  request 3 is answered · from=x: by another
 *     0 fail 3 · gone b · propose · transfer b · compact 5
 *     0 add d · promote d · demote d · remove d
 *     900 ..                                        until then it is woken whenever it wants to be
 *     0 random 0.5                                  from now on
 */
export function playScript(script: string): string {
  const play: Play = { raft: undefined, random: 0, calls: 0, told: '' };
  const lines = script.split('\n').filter((line) => !line.startsWith(' '));
  return lines.flatMap((line) => [line, ...playLine(play, line)]).join('\n');
}

interface Play {
  raft: Raft | undefined;
  random: number;
  calls: number;
  told: string;
}

function playLine(play: Play, line: string): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const [time = '', verb = '', ...words] = line.split(' ');
  if (time === 'disk') {
    play.raft = restored([verb, ...words]);
    return stateLines(play);
  }
  const now = Number(time);
  assert.ok(!Number.isNaN(now), `a line without a time: ${line}`);
  if (verb === 'random') {
    play.random = Number(words[0]);
    return [];
  }
  const lines =
    verb === '..' ? passTime(play, now) : stepLines(play, toInput(play, verb, words), now);
  return [...lines, wakeLine(theRaft(play))];
}

function theRaft({ raft }: Play): Raft {
  return raft ?? assert.fail('a script begins with its disk');
}

function restored(words: readonly string[]): Raft {
  const snapshot = option(words, 'snapshot');
  const log = option(words, 'log');
  return createRaft(
    settingsOf(words),
    {
      hardState: { term: Number(option(words, 'term') ?? 0), votedFor: option(words, 'vote') },
      snapshot:
        snapshot === undefined ? undefined : toSnapshot(snapshot, option(words, 'of') ?? ''),
      entries: log === undefined ? [] : log.split(';').map(toEntry),
    },
    0,
    0,
  );
}

function settingsOf(words: readonly string[]): RaftSettings {
  const numbers = ['maxEntriesPerAppend', 'trailingEntries'].flatMap((name) => {
    const value = option(words, name);
    return value === undefined ? [] : [[name, Number(value)]];
  });
  const preVote = option(words, 'preVote') !== 'false';
  return {
    ...DEFAULT_SETTINGS,
    trailingEntries: 0,
    ...Object.fromEntries(numbers),
    id: 'a',
    preVote,
  };
}

function passTime(play: Play, until: number): string[] {
  const lines: string[] = [];
  const raft = theRaft(play);
  let last = Number.NEGATIVE_INFINITY;
  for (let at = raft.nextWake(); at <= until; at = raft.nextWake()) {
    assert.ok(at > last, `it wants to be woken at ${at} without end`);
    last = at;
    lines.push(`  at ${at}:`, ...stepLines(play, { kind: 'wake' }, at));
  }
  return lines;
}

function wakeLine(raft: Raft): string {
  const at = raft.nextWake();
  return `  wake ${at === Number.POSITIVE_INFINITY ? 'never' : at}`;
}

function stepLines(play: Play, input: RaftInput, now: number): string[] {
  const output = theRaft(play).step(input, now, play.random);
  return [...outputLines(output), ...stateLines(play)];
}

function outputLines(output: RaftOutput): string[] {
  const { persist, requests, responses, installed, committed, result } = output;
  const { hardState, snapshot, append, truncateAfter, discardThrough } = persist ?? {};
  const lines = [
    hardState && `persist term=${hardState.term} vote=${hardState.votedFor ?? 'none'}`,
    snapshot && `persist snapshot ${snapshotText(snapshot)}`,
    truncateAfter !== undefined && `truncate after ${truncateAfter}`,
    discardThrough !== undefined && `discard through ${discardThrough}`,
    append && `append ${append.map(entryText).join(';')}`,
    ...responses.map(({ response }) => `answer ${responseText(response)}`),
    ...requests.map(({ id, to, request }) => `${id} to ${to}: ${requestText(request)}`),
    installed && `install ${snapshotText(installed)}`,
    committed.length > 0 && `commit ${committed.map(entryText).join(';')}`,
    result && `result ${resultText(result)}`,
  ];
  return lines.filter((line) => typeof line === 'string').map((line) => `  ${line}`);
}

function resultText(result: NonNullable<RaftOutput['result']>): string {
  switch (result.kind) {
    case 'appended':
      return `appended ${result.index}:${result.term}`;
    case 'begun':
      return 'begun';
    case 'refused':
      return `refused ${result.why}`;
  }
}

/** What people see of it, where it has changed. */
function stateLines(play: Play): string[] {
  const status = theRaft(play).status();
  const { role, term, leader, commit, lastIndex, configuration, transferTo, peers } = status;
  const parts = [
    `${role} term=${term} leader=${leader ?? 'none'} commit=${commit} last=${lastIndex}`,
    `of ${configurationText(configuration)}`,
    ...(transferTo === undefined ? [] : [`transfers to ${transferTo}`]),
    ...peers.map(({ id, match }) => `${id}=${match}`),
  ];
  const text = parts.join(' ');
  if (text === play.told) return [];
  play.told = text;
  return [`  ${text}`];
}

function toInput(play: Play, verb: string, words: readonly string[]): RaftInput {
  const [first = '', second = '', ...rest] = words;
  switch (verb) {
    case 'wake':
      return { kind: 'wake' };
    case 'from':
      play.calls += 1;
      return { kind: 'request', from: first, call: play.calls, request: toRequest(second, rest) };
    case 'answer': {
      const response = toResponse(second, rest);
      return { kind: 'answered', id: Number(first), from: option(rest, 'from'), response };
    }
    case 'fail':
      return { kind: 'failed', id: Number(first) };
    case 'gone':
      return { kind: 'leader-gone', leader: first };
    case 'propose':
      return { kind: 'propose', entry: 'command', data: new Uint8Array() };
    case 'transfer':
      return first === '' ? { kind: 'transfer' } : { kind: 'transfer', to: first };
    case 'compact':
      return { kind: 'compact', index: Number(first), data: new Uint8Array() };
    default:
      return { kind: 'change', change: toChange(verb, first) };
  }
}

/** `add d` lives at its name, `add d@x:2` elsewhere. */
function toChange(verb: string, server: string): Change {
  const [id = '', address = `${id}:1`] = server.split('@');
  if (verb === 'add') return { kind: 'add', id, address };
  if (verb === 'promote' || verb === 'demote' || verb === 'remove') return { kind: verb, id };
  return assert.fail(`nothing like ${verb} happens`);
}
