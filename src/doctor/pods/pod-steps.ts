import { formatDuration } from '../../base/duration.ts';
import { unfitPodIp } from '../../base/ip.ts';
import { sanitize } from '../../base/sanitize.ts';
import {
  type Customer,
  type JudgementOptions,
  judge,
  type Obstacle,
} from '../../delivery/policy/customer.ts';
import { explainObstacle } from '../../delivery/reporters/explain.ts';
import type { PodFacts } from '../../kube/pod-facts.ts';
import type { PodScope } from '../../kube/pod-scope.ts';
import { about, type Finding } from '../finding.ts';
import type { OnePodFacts, PodName } from './one-pod.ts';

type Found = Extract<OnePodFacts, { kind: 'found' }>;

/** Whether the pod is there, and is one that the controller looks at. */
export function judgeSeen(facts: OnePodFacts, { namespace, name }: PodName): Finding {
  const it = about('pod.exists');
  switch (facts.kind) {
    case 'found':
      return it.ok(`${namespace}/${name} exists, in phase ${sanitize(facts.pod.phase)}`);
    case 'absent':
      return it.failed(`there is no pod ${name} in namespace ${namespace}`, 'correct its name');
    case 'not-read': {
      const remedy = 'look at what was found of the API server and of the rights';
      return it.failed(`it cannot be read: ${facts.error.message}`, remedy);
    }
  }
}

/**
 * Follows a pod through everything that must be true of it before the controller mints for it, by
 * the controller's own rules, also where an earlier step has failed.
 * @param now the wall clock's time, in milliseconds since the Unix epoch
 */
export function judgeSteps(
  found: Found,
  scope: PodScope,
  options: JudgementOptions,
  now: number,
): Finding[] {
  return [
    judgeWatched(found, scope),
    judgeAnnotations(found.pod, options),
    judgeContainer(found, now),
    judgeIp(found.pod, options),
    judgeAuthorization(found.pod, options),
  ];
}

/** What the controller would do for the pod, if its init container ran now and had an IP. */
export function wouldBe(pod: PodFacts, options: JudgementOptions): Customer | Obstacle {
  const judgement = judge(asIfRunning(pod), options);
  if (judgement.kind === 'customer') return judgement.customer;
  return judgement.kind === 'hindered' ? judgement.by : 'no-approle-annotation';
}

const DOCUMENTATION_IP = '192.0.2.1';

function asIfRunning(pod: PodFacts): PodFacts {
  const { container } = pod;
  const start = { containerId: undefined, restartCount: 0, startedAt: '' };
  const declaredPorts = container.kind === 'absent' ? [] : container.declaredPorts;
  const running = { startedAt: undefined, sidecarStarted: false, previous: undefined };
  return {
    ...pod,
    phase: 'Pending',
    deleting: false,
    ips: [DOCUMENTATION_IP],
    container: { kind: 'running', start, declaredPorts, ...running },
  };
}

function judgeWatched({ pod, selected }: Found, scope: PodScope): Finding {
  const it = about('pod.watched');
  if (!scope.includes(pod.namespace)) {
    const remedy = 'let kubernetes.watchNamespace include it';
    return it.failed(`the controller does not watch the namespace ${pod.namespace}`, remedy);
  }
  if (selected) return it.ok(`the controller watches ${pod.namespace}`);
  const remedy = 'label the pod, or change kubernetes.podSelector';
  return it.failed('kubernetes.podSelector leaves it out', remedy);
}

const ANNOTATION_OBSTACLES: readonly Obstacle[] = [
  'mirror-pod',
  'no-approle-annotation',
  'bad-role-name',
  'bad-port',
];

function judgeAnnotations(pod: PodFacts, options: JudgementOptions): Finding {
  const it = about('pod.annotations');
  const { approle, initContainer } = pod;
  if (approle === undefined && initContainer === undefined) {
    const { remedy } = explainObstacle('no-approle-annotation', '');
    return it.failed('it has no annotation of ours, and so asks for nothing', remedy);
  }
  if (initContainer === undefined)
    return obstacle('pod.annotations', 'no-init-container-annotation', '');
  const judgement = judge(asIfRunning(pod), options);
  if (judgement.kind === 'hindered' && ANNOTATION_OBSTACLES.includes(judgement.by)) {
    return obstacle('pod.annotations', judgement.by, judgement.detail);
  }
  const [role, container] = [sanitize(approle ?? ''), sanitize(initContainer)];
  return it.ok(`it asks for the AppRole ${role}, for its init container ${container}`);
}

function obstacle(check: string, by: Obstacle, detail: string): Finding {
  const { message, remedy } = explainObstacle(by, sanitize(detail));
  return about(check).failed(message, remedy);
}

function judgeContainer({ pod, waitingFor }: Found, now: number): Finding {
  const check = 'pod.init-container';
  const it = about(check);
  const { container } = pod;
  if (pod.initContainer === undefined) return it.skipped('no annotation names it');
  const initContainer = sanitize(pod.initContainer);
  if (pod.deleting) return it.failed('the pod is being deleted', 'none is needed');
  switch (container.kind) {
    case 'absent':
      return obstacle(check, 'init-container-absent', initContainer);
    case 'waiting': {
      const { message, remedy } = explainObstacle('init-container-not-running', initContainer);
      return it.failed(waitingFor === undefined ? message : `${message}: ${waitingFor}`, remedy);
    }
    case 'ended': {
      if (container.exitCode === 0) return it.ok('it ended well: it has had its credential');
      const reason = `it ended with exit code ${container.exitCode}`;
      return it.failed(
        reason,
        `look at its log: kubectl logs -n ${pod.namespace} ${pod.name} -c ${initContainer} --previous`,
      );
    }
    case 'running': {
      if (container.sidecarStarted) return it.ok('it is a sidecar, and is started');
      const { startedAt } = container;
      const since =
        startedAt === undefined ? '' : ` since ${formatDuration(Math.max(0, now - startedAt))}`;
      return it.ok(`it runs${since}, and waits for its credential`);
    }
  }
}

function judgeIp({ ips }: PodFacts, { allowLoopback }: JudgementOptions): Finding {
  const check = 'pod.ip';
  const [ip] = ips;
  if (ip === undefined) return obstacle(check, 'no-ip', '');
  const unfit = unfitPodIp(ip, allowLoopback);
  if (unfit === undefined) return about(check).ok(ip);
  return obstacle(check, 'unfit-ip', `${ip} ${unfit}`);
}

function judgeAuthorization(pod: PodFacts, options: JudgementOptions): Finding {
  const it = about('pod.authorization');
  const customer = wouldBe(pod, options);
  if (customer === 'not-authorized')
    return obstacle('pod.authorization', customer, pod.approle ?? '');
  if (typeof customer === 'string') return it.skipped('its annotations are not in order');
  if (options.authorization !== undefined)
    return it.ok(`a rule lets it have the role "${customer.role}"`);
  const remedy = 'say with authorization.rules who may ask for which';
  return it.warning('without rules, every pod may have every role', remedy);
}
