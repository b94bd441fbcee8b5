import assert from 'node:assert/strict';
import { createLeaseCore, type LeaseCore } from '../../../src/election/lease/core.ts';
import {
  DEFAULT_TIMES,
  type LeaseAction,
  type LeaseInput,
  type LeaseReport,
} from '../../../src/election/lease/messages.ts';
import type { KubeLease, LeaseChange, LeaseSight } from '../../../src/kube/leases/kube-lease.ts';
import { claimText, parseClaim } from '../../../src/kube/leases/lease-claim.ts';
import { requestText, toAnswer } from './script-requests.ts';
import { option } from './script-words.ts';

/**
 * Plays a script to a Lease core whose identity is `us`, and returns it with what the core did
 * written below each line. Lines that begin with a blank are what it did; a line that begins with
 * `#`, and an empty one, stay as they are. All others begin with a time in milliseconds:
 *
 *     0 stand | sit | wake | hand-over | gone b  what happens
 *     0 stand claim=c/2/5                        in the name of cluster c, epoch 2, term 5
 *     0 seen 5 b marked                          the watch shows version 5, held by b
 *     0 seen 9 absent · seen 9 b lease=5         a list as of 9 shows none, or one of version 5
 *     0 read 1 absent · read 1 5 b uid=v         request 1 is answered
 *     0 written 1 6 us transitions=2 nopeer claim=c/2/5
 *     0 failed 1 unreachable · failed 1 throttled after=9000
 *     5000 ..                                    until then it is woken whenever it wants to be
 *     0 random 1                                 from now on
 *     0 set probeMarkMs 2500                     before anything else
 */
export function playScript(script: string): string {
  const play: Play = { core: newCore({}), random: 0 };
  const lines = script.split('\n').filter((line) => !line.startsWith(' '));
  return lines.flatMap((line) => [line, ...playLine(play, line)]).join('\n');
}

interface Play {
  core: LeaseCore;
  random: number;
}

/** Renewals each second: scripts are easier to follow so, and the rules are the same. */
const ROUND_TIMES = { ...DEFAULT_TIMES, renewEveryMs: 1_000 };

function newCore(change: Readonly<Record<string, number>>): LeaseCore {
  return createLeaseCore({ ...ROUND_TIMES, identity: 'us', peer: 'us:1', ...change });
}

function playLine(play: Play, line: string): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const [time = '', verb = '', ...words] = line.split(' ');
  const now = Number(time);
  assert.ok(!Number.isNaN(now), `a line without a time: ${line}`);
  if (verb === '..') return [...passTime(play, now), wakeLine(play.core)];
  if (verb === 'random' || verb === 'set') {
    if (verb === 'random') play.random = Number(words[0]);
    else play.core = newCore({ [words[0] ?? '']: Number(words[1]) });
    return [];
  }
  return [...stepLines(play, toInput(verb, words), now), wakeLine(play.core)];
}

function passTime(play: Play, until: number): string[] {
  const lines: string[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let at = play.core.nextWake(); at !== undefined && at <= until; at = play.core.nextWake()) {
    assert.ok(at > last, `it wants to be woken at ${at} without end`);
    last = at;
    lines.push(`  at ${at}:`, ...stepLines(play, { kind: 'wake' }, at));
  }
  return lines;
}

function wakeLine(core: LeaseCore): string {
  return `  wake ${core.nextWake() ?? 'never'}`;
}

function stepLines({ core, random }: Play, input: LeaseInput, now: number): string[] {
  return core.step(input, now, random).map((action) => `  ${actionText(action)}`);
}

function toInput(verb: string, words: readonly string[]): LeaseInput {
  const [first = '', ...rest] = words;
  switch (verb) {
    case 'stand':
      return { kind: 'stand', claim: parseClaim(option(words, 'claim') ?? '') };
    case 'sit':
    case 'wake':
    case 'hand-over':
      return { kind: verb };
    case 'gone':
      return { kind: 'holder-gone', holder: first };
    case 'seen':
      return { kind: 'seen', sight: toSight(first, rest) };
    case 'read':
    case 'written':
    case 'failed':
      return toAnswer(verb, words, toLease);
    default:
      return assert.fail(`nothing like ${verb} happens`);
  }
}

function toSight(version: string, words: readonly string[]): LeaseSight {
  if (words[0] === 'absent') return { version, lease: undefined };
  return { version, lease: toLease([option(words, 'lease') ?? version, ...words]) };
}

function toLease(words: readonly string[]): KubeLease {
  const [version = '', name = ''] = words;
  const holder = name === 'nobody' ? undefined : name;
  return {
    uid: option(words, 'uid') ?? 'u',
    version,
    holder,
    transitions: Number(option(words, 'transitions') ?? 0),
    peer: holder === undefined || words.includes('nopeer') ? undefined : `${holder}:1`,
    isTakenByProbe: words.includes('marked'),
    claim: parseClaim(option(words, 'claim') ?? ''),
  };
}

function actionText(action: LeaseAction): string {
  switch (action.kind) {
    case 'read':
      return requestText(action);
    case 'create':
    case 'update':
      return requestText({ ...action, change: shown(action.change) });
    case 'act':
      return `act until ${action.until}`;
    case 'rest':
    case 'ended':
      return action.kind;
    case 'follow':
      return action.holder
        ? `follow ${action.holder.identity} at ${action.holder.peer}`
        : 'follow nobody';
    case 'missed':
      return `missed ${claimText(action.claim)}`;
    case 'report':
      return `report ${reportText(action.report)}`;
  }
}

function shown(change: LeaseChange): object {
  const { claim, ...others } = change;
  return claim ? { ...others, claim: claimText(claim) } : change;
}

function reportText(report: LeaseReport): string {
  switch (report.kind) {
    case 'holder':
      return `holder ${report.holder ?? 'nobody'}${report.isUs ? ', us' : ''}`;
    case 'term-began':
      return `term-began ${report.cause}`;
    case 'term-ended':
      return `term-ended ${report.end}`;
    case 'renewed':
      return `renewed in ${report.ms}`;
    case 'failing':
      return `failing ${report.error.kind}`;
    case 'recovered':
      return report.kind;
  }
}
