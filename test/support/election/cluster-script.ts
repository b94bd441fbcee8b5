import assert from 'node:assert/strict';
import { type ClusterCore, createClusterCore } from '../../../src/election/raft/cluster/core.ts';
import {
  type ClusterAction,
  type ClusterInput,
  type ClusterReport,
  DEFAULT_CLUSTER_TIMES,
} from '../../../src/election/raft/cluster/messages.ts';
import type { ClusterLeaseChange } from '../../../src/kube/leases/cluster-lease.ts';
import type { Change } from '../../../src/raft/core/io.ts';
import {
  addressOf,
  clusterText,
  ipOf,
  toCluster,
  toLease,
  toMember,
  toSight,
  toStatus,
} from './cluster-text.ts';
import { requestText, toAnswer } from './script-requests.ts';

/**
 * Plays a script to a cluster core whose pod, server and identity are `us`, and returns it with what
 * the core did written below each line. Lines that begin with a blank are what it did; a line that
 * begins with `#`, and an empty one, stay as they are. All others begin with a time in milliseconds:
 *
 *     0 kept A.1                             before anything else: what the disk holds
 *     0 seen 5 A.1 by=b · seen 5 absent      the watch shows version 5 (see toLease)
 *     0 read 1 absent · written 1 6 A.1 by=us
 *     0 failed 1 conflict
 *     0 pods us b 9 · pods unknown           the pods that the Service leads to
 *     0 members b/A.1/data c                 all of the gossip (see toMember)
 *     0 opened A.1 empty · opened A.1 data
 *     0 raft leader voters=us · raft down    the server's status (see toStatus)
 *     0 leave · wake
 *     5000 ..                                until then it is woken whenever it wants to be
 *     0 random 1                             from now on
 */
export function playScript(script: string): string {
  const play: Play = { core: newCore(undefined), random: 0, status: undefined };
  const lines = script.split('\n').filter((line) => !line.startsWith(' '));
  return lines.flatMap((line) => [line, ...playLine(play, line)]).join('\n');
}

interface Play {
  core: ClusterCore;
  random: number;
  /** What the server's status is: told again whenever the core is woken, as its owner does. */
  status: readonly string[] | undefined;
}

function newCore(kept: string | undefined): ClusterCore {
  let count = 0;
  const settings = {
    ...DEFAULT_CLUSTER_TIMES,
    identity: 'us',
    node: `${ipOf('us')}:0`,
    podIp: ipOf('us'),
    raftAddress: addressOf('us'),
    newClusterId: () => `New${++count}`,
  };
  return createClusterCore(settings, toCluster(kept ?? ''));
}

function playLine(play: Play, line: string): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const [time = '', verb = '', ...words] = line.split(' ');
  const now = Number(time);
  assert.ok(!Number.isNaN(now), `a line without a time: ${line}`);
  if (verb === '..') return [...passTime(play, now), wakeLine(play.core)];
  if (verb === 'random') {
    play.random = Number(words[0]);
    return [];
  }
  if (verb === 'kept') {
    play.core = newCore(words[0]);
    return [];
  }
  if (verb === 'raft') play.status = words[0] === 'down' ? undefined : words;
  return [...stepLines(play, toInput(verb, words, now), now), wakeLine(play.core)];
}

function passTime(play: Play, until: number): string[] {
  const lines: string[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let at = play.core.nextWake(); at !== undefined && at <= until; at = play.core.nextWake()) {
    assert.ok(at > last, `it wants to be woken at ${at} without end`);
    last = at;
    const done = stepLines(play, wakeInput(play, at), at);
    if (done.length > 0) lines.push(`  at ${at}:`, ...done);
  }
  return lines;
}

function wakeInput({ status }: Play, now: number): ClusterInput {
  return status ? { kind: 'raft', status: toStatus(status, now) } : { kind: 'wake' };
}

function wakeLine(core: ClusterCore): string {
  return `  wake ${core.nextWake() ?? 'never'}`;
}

function stepLines(play: Play, input: ClusterInput, now: number): string[] {
  const actions = play.core.step(input, now, play.random);
  if (actions.some(({ kind }) => kind === 'stop')) play.status = undefined;
  return actions.map((action) => `  ${actionText(action)}`);
}

function toInput(verb: string, words: readonly string[], now: number): ClusterInput {
  const [first = '', ...rest] = words;
  switch (verb) {
    case 'wake':
    case 'leave':
      return { kind: verb };
    case 'seen':
      return { kind: 'seen', sight: toSight(words) };
    case 'read':
    case 'written':
    case 'failed':
      return toAnswer(verb, words, toLease);
    case 'pods':
      return { kind: 'pods', ips: first === 'unknown' ? undefined : words.map(ipOf) };
    case 'members':
      return { kind: 'members', members: words.map(toMember) };
    case 'opened': {
      const cluster = toCluster(first) ?? assert.fail('no cluster');
      return { kind: 'opened', cluster, serverId: 'us', isEmpty: rest.includes('empty') };
    }
    case 'raft':
      return { kind: 'raft', status: first === 'down' ? undefined : toStatus(words, now) };
    default:
      return assert.fail(`nothing like ${verb} happens`);
  }
}

function actionText(action: ClusterAction): string {
  switch (action.kind) {
    case 'read':
      return requestText(action);
    case 'create':
    case 'update':
      return requestText({ ...action, change: shown(action.change) });
    case 'open':
      return `open ${clusterText(action.cluster)}`;
    case 'run':
      return `run ${clusterText(action.cluster)}${action.bootstrap ? ', bootstrap' : ''}`;
    case 'stop':
    case 'left':
      return action.kind;
    case 'change':
      return `change: ${changeText(action.change)}`;
    case 'transfer':
      return `transfer to ${action.to}`;
    case 'describe': {
      const { serverId, cluster, hasData, isLeaving } = action.description;
      const words = [serverId, clusterText(cluster), hasData && 'data', isLeaving && 'leaving'];
      return `describe ${words.filter(Boolean).join(' ')}`;
    }
    case 'report':
      return `report ${reportText(action.report)}`;
  }
}

function shown({ cluster, ...others }: ClusterLeaseChange): object {
  return { ...(cluster && { cluster: clusterText(cluster) }), ...others };
}

function changeText(change: Change): string {
  return change.kind === 'add'
    ? `add ${change.id} at ${change.address}`
    : `${change.kind} ${change.id}`;
}

function reportText(report: ClusterReport): string {
  switch (report.kind) {
    case 'founding':
    case 'doubting':
      return `${report.kind} ${clusterText(report.cluster)}: ${report.cause}`;
    case 'serving':
      return `serving ${clusterText(report.cluster)}, ${report.as}`;
    case 'dropped':
    case 'mending':
    case 'ending':
      return `${report.kind} ${clusterText(report.cluster)}`;
    case 'objecting':
      return `objecting to ${report.doubter}`;
    case 'changing':
      return `changing: ${changeText(report.change)}`;
    case 'failing':
      return `failing ${report.error.kind}`;
    case 'recovered':
      return report.kind;
  }
}
