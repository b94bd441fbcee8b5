import { count, elements, type Fields, fields, isPresent, text, time } from './api/json.ts';
import {
  ANNOTATION,
  type ContainerStart,
  type InitContainerFacts,
  type PodFacts,
  type RunningContainer,
} from './pod-facts.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
/** No valid annotation of ours is longer; what is gets cut, so that no pod takes much of our memory. */
const LONGEST_ANNOTATION = 1024;

/**
 * The facts in a pod's JSON, as of `v1` Pod. Whatever is missing or of a wrong type counts as not
 * there. Undefined only where there is no pod: no UID, no name or no namespace.
 */
export function decodePod(value: unknown): PodFacts | undefined {
  const pod = fields(value);
  const [metadata, spec, status] = [
    fields(pod['metadata']),
    fields(pod['spec']),
    fields(pod['status']),
  ];
  const [uid, name] = [text(metadata['uid']), text(metadata['name'])];
  const namespace = text(metadata['namespace']);
  if (uid === undefined || name === undefined || namespace === undefined) return undefined;
  const annotations = fields(metadata['annotations']);
  const initContainer = annotation(annotations, ANNOTATION.initContainer);
  return {
    uid,
    namespace,
    name,
    serviceAccount: text(spec['serviceAccountName']) ?? text(spec['serviceAccount']) ?? 'default',
    approle: annotation(annotations, ANNOTATION.approle),
    initContainer,
    initPort: annotation(annotations, ANNOTATION.initPort),
    phase: text(status['phase']) ?? 'Unknown',
    ips: ips(status),
    deleting: isPresent(metadata['deletionTimestamp']),
    hostNetwork: spec['hostNetwork'] === true,
    mirror: isPresent(annotations[MIRROR_ANNOTATION]),
    container: containerFacts(initContainer, spec, status),
  };
}

/** Empty annotations count: they are written down, and wrong. */
function annotation(annotations: Fields, key: string): string | undefined {
  const value = annotations[key];
  if (typeof value !== 'string') return undefined;
  return value.length > LONGEST_ANNOTATION ? copyOfHead(value) : value;
}

/** By way of bytes, for a slice would keep the whole string alive. */
function copyOfHead(long: string): string {
  return Buffer.from(long.slice(0, LONGEST_ANNOTATION)).toString();
}

function ips(status: Fields): string[] {
  const all = [status['podIP'], ...elements(status['podIPs']).map((entry) => fields(entry)['ip'])];
  return [...new Set(all.map(text).filter((ip) => ip !== undefined))];
}

function containerFacts(
  name: string | undefined,
  spec: Fields,
  status: Fields,
): InitContainerFacts {
  const container = named(name, spec['initContainers']);
  if (container === undefined) return { kind: 'absent' };
  const declaredPorts = tcpPorts(container);
  const containerStatus = named(name, status['initContainerStatuses']);
  if (containerStatus === undefined) return { kind: 'waiting', declaredPorts };
  const state = fields(containerStatus['state']);
  if (isPresent(state['running'])) return running(container, containerStatus, declaredPorts);
  if (isPresent(state['terminated'])) return ended(containerStatus, declaredPorts);
  return { kind: 'waiting', declaredPorts };
}

function named(name: string | undefined, list: unknown): Fields | undefined {
  if (name === undefined || name === '') return undefined;
  return elements(list)
    .map(fields)
    .find((entry) => entry['name'] === name);
}

function tcpPorts(container: Fields): number[] {
  return elements(container['ports'])
    .map(fields)
    .filter((port) => (text(port['protocol']) ?? 'TCP') === 'TCP')
    .map((port) => count(port['containerPort']))
    .filter((port) => port !== undefined);
}

function running(
  container: Fields,
  status: Fields,
  declaredPorts: readonly number[],
): RunningContainer {
  const since = text(fields(fields(status['state'])['running'])['startedAt']);
  return {
    kind: 'running',
    start: start(status, text(status['containerID']), since),
    startedAt: time(since),
    sidecarStarted: container['restartPolicy'] === 'Always' && status['started'] === true,
    declaredPorts,
    previous: previous(status),
  };
}

function ended(status: Fields, declaredPorts: readonly number[]): InitContainerFacts {
  const terminated = fields(fields(status['state'])['terminated']);
  const containerId = text(terminated['containerID']) ?? text(status['containerID']);
  return {
    kind: 'ended',
    start: start(status, containerId, text(terminated['startedAt'])),
    exitCode: exitCode(terminated),
    declaredPorts,
  };
}

function start(
  status: Fields,
  containerId: string | undefined,
  startedAt: string | undefined,
): ContainerStart {
  return {
    containerId,
    restartCount: count(status['restartCount']) ?? 0,
    startedAt: startedAt ?? '',
  };
}

function previous(status: Fields): RunningContainer['previous'] {
  const terminated = fields(status['lastState'])['terminated'];
  const containerId = text(fields(terminated)['containerID']);
  return containerId === undefined
    ? undefined
    : { containerId, exitCode: exitCode(fields(terminated)) };
}

/** A status without a readable exit code proves no success. */
function exitCode(terminated: Fields): number {
  const code = terminated['exitCode'];
  return typeof code === 'number' && Number.isInteger(code) ? code : -1;
}
