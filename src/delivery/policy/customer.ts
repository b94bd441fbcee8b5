import { unfitPodIp } from '../../base/ip.ts';
import { sanitize } from '../../base/sanitize.ts';
import {
  ANNOTATION,
  type ContainerStart,
  type PodFacts,
  type RunningContainer,
} from '../../kube/pod-facts.ts';
import { DEFAULT_INIT_PORT } from '../../wire/push.ts';
import { parseRoleName, type RoleName } from '../../wire/role-name.ts';
import { type AuthorizationRule, isAuthorized } from './authorization.ts';

/** A pod that is to have a credential now. */
export interface Customer {
  readonly role: RoleName;
  readonly start: ContainerStart;
  /** Milliseconds since the Unix epoch, by the node's clock, where known. */
  readonly startedAt: number | undefined;
  readonly ip: string;
  readonly port: number;
}

/** Why a pod that asks for a credential does not get one. */
export type Obstacle =
  | 'mirror-pod'
  | 'no-approle-annotation'
  | 'no-init-container-annotation'
  | 'init-container-absent'
  | 'init-container-not-running'
  | 'no-ip'
  | 'unfit-ip'
  | 'bad-role-name'
  | 'bad-port'
  | 'not-authorized';

/** Whether it is what every pod goes through while it starts. */
export function isExpected(by: Obstacle): boolean {
  return by === 'init-container-not-running' || by === 'no-ip';
}

export type Judgement =
  /** It asks for nothing, or has what it wanted: nothing is remembered of it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'hindered'; readonly by: Obstacle; readonly detail: string }
  | { readonly kind: 'customer'; readonly customer: Customer };

export interface JudgementOptions {
  readonly authorization: readonly AuthorizationRule[] | undefined;
  /** For the demo and tests, whose pods are processes of one machine. */
  readonly allowLoopback: boolean;
}

const NOTHING: Judgement = { kind: 'nothing' };
const LOWEST_PORT = 1_024;
const HIGHEST_PORT = 65_535;

/** Whether, on these facts, the pod is to have a credential (S5, S8, S9, S16). */
export function judge(facts: PodFacts, options: JudgementOptions): Judgement {
  if (facts.approle === undefined && facts.initContainer === undefined) return NOTHING;
  if (facts.deleting || facts.phase === 'Succeeded' || facts.phase === 'Failed') return NOTHING;
  if (facts.container.kind === 'running') {
    return facts.container.sidecarStarted ? NOTHING : judgeRunning(facts, facts.container, options);
  }
  return judgeNotRunning(facts);
}

function judgeNotRunning(facts: PodFacts): Judgement {
  const { container } = facts;
  if (container.kind === 'ended' && container.exitCode === 0) return NOTHING;
  // Past its init containers a pod waits for nothing, unless the named one is about to run again.
  if (container.kind === 'absent' && facts.phase !== 'Pending') return NOTHING;
  if (facts.mirror) return hindered('mirror-pod');
  if (facts.approle === undefined) return hindered('no-approle-annotation', ANNOTATION.approle);
  if (facts.initContainer === undefined) {
    return hindered('no-init-container-annotation', ANNOTATION.initContainer);
  }
  if (container.kind === 'absent') return hindered('init-container-absent', facts.initContainer);
  return hindered('init-container-not-running', facts.initContainer);
}

function judgeRunning(
  facts: PodFacts,
  container: RunningContainer,
  options: JudgementOptions,
): Judgement {
  if (facts.mirror) return hindered('mirror-pod');
  if (facts.approle === undefined) return hindered('no-approle-annotation', ANNOTATION.approle);
  const role = parseRoleName(facts.approle);
  if (role === undefined) return hindered('bad-role-name', facts.approle);
  const port = initPort(facts.initPort, container.declaredPorts);
  if (port === undefined) return hindered('bad-port', facts.initPort);
  const [ip] = facts.ips;
  if (ip === undefined) return hindered('no-ip');
  const unfit = unfitPodIp(ip, options.allowLoopback);
  if (unfit !== undefined) return hindered('unfit-ip', `${ip} ${unfit}`);
  if (!isAuthorized(options.authorization, { ...facts, role }))
    return hindered('not-authorized', role);
  const { start, startedAt } = container;
  return { kind: 'customer', customer: { role, start, startedAt, ip, port } };
}

function hindered(by: Obstacle, detail = ''): Judgement {
  return { kind: 'hindered', by, detail: sanitize(detail) };
}

/** The port that the annotation names: one that the named init container declares, so that it can be no other's. */
function initPort(annotation: string | undefined, declared: readonly number[]): number | undefined {
  if (annotation === undefined) return DEFAULT_INIT_PORT;
  const port = /^\d{4,5}$/.test(annotation) ? Number(annotation) : 0;
  return port >= LOWEST_PORT && port <= HIGHEST_PORT && declared.includes(port) ? port : undefined;
}
