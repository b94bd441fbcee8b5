import type { PodNotice } from './pod-notice.ts';

/** A `v1` Event about a pod. */
export interface EventObject extends EventChange {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly involvedObject: Readonly<Record<string, string>>;
  readonly type: PodNotice['type'];
  readonly reason: string;
  readonly source: Readonly<Record<string, string>>;
  readonly reportingComponent: string;
  readonly reportingInstance?: string;
  readonly firstTimestamp: string;
}

/** What a repetition changes in an Event. */
export interface EventChange {
  readonly message: string;
  readonly count: number;
  readonly lastTimestamp: string;
}

/** Who writes: the component, and which of its instances, where that is known. */
export interface EventSource {
  readonly component: string;
  readonly host: string | undefined;
}

/** Times are in milliseconds since the Unix epoch. */
export interface Occurrences {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

const LONGEST_NAME = 253;
const LONGEST_MESSAGE = 1_024;

/** An Event that is made anew. */
export function eventObject(
  { pod, type, reason, message }: PodNotice,
  name: string,
  occurrences: Occurrences,
  { component, host }: EventSource,
): EventObject {
  const { namespace, uid } = pod;
  return {
    metadata: { namespace, name },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod.name, uid },
    type,
    reason,
    source: host === undefined ? { component } : { component, host },
    reportingComponent: component,
    ...(host === undefined ? {} : { reportingInstance: host }),
    firstTimestamp: timestamp(occurrences.firstAt),
    ...eventChange(message, occurrences),
  };
}

export function eventChange(message: string, { count, lastAt }: Occurrences): EventChange {
  return { message: message.slice(0, LONGEST_MESSAGE), count, lastTimestamp: timestamp(lastAt) };
}

/**
 * The pod's name and a number that nobody else draws: as much of the former as a DNS subdomain can
 * hold, whose every part ends with a letter or digit.
 */
export function eventName(podName: string, random: number): string {
  const suffix = Math.floor(random * 2 ** 52)
    .toString(16)
    .padStart(13, '0');
  const head = podName.slice(0, LONGEST_NAME - suffix.length - 1).replace(/[-.]+$/, '');
  return `${head}.${suffix}`;
}

/** `v1` times have no fractions of seconds. */
function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
