import { formatDuration } from '../../base/duration.ts';
import type { PodNotice } from '../../kube/events/pod-notice.ts';
import { isExpected } from '../policy/customer.ts';
import type { Reason } from '../reason.ts';
import type { Report, Reporter } from '../report.ts';
import {
  type Explanation,
  explainInterception,
  explainNotFinished,
  explainObstacle,
  explainReason,
} from './explain.ts';

/** Tells a pod's owners, in its Events, that it has its credential, or why not and what to do. */
export function eventReporter(write: (notice: PodNotice) => void): Reporter {
  return {
    report(report) {
      const notice = noticeOf(report);
      if (notice !== undefined) write(notice);
    },
  };
}

/** What a report says to a pod's owners; undefined where that is nothing, or nothing new. */
export function noticeOf(report: Report): PodNotice | undefined {
  switch (report.kind) {
    case 'delivered':
      return delivered(report);
    case 'hindered': {
      const { pod, by, detail } = report;
      return isExpected(by) ? undefined : failed(pod, by, explainObstacle(by, detail));
    }
    case 'waiting':
      return waiting(report.pod, report.reason);
    case 'not-finished': {
      // Where it did not end in time, the pod waits for that reason, and is told so.
      const { pod, exitCode } = report;
      return exitCode === undefined
        ? undefined
        : failed(pod, 'ended', explainNotFinished(exitCode));
    }
    case 'interception': {
      const { pod, certainty } = report;
      return failed(pod, certainty, explainInterception(certainty), 'urgent');
    }
    default:
      return undefined;
  }
}

function delivered({ pod, role, times }: Extract<Report, { kind: 'delivered' }>): PodNotice {
  const took = formatDuration(times.delivered);
  return {
    pod,
    type: 'Normal',
    reason: 'VaultSecretDelivered',
    topic: '',
    message: `A credential of role "${role}" was delivered, ${took} after the init container was seen to run`,
    urgency: 'usual',
  };
}

function waiting(pod: PodNotice['pod'], reason: Reason): PodNotice | undefined {
  if (reason.kind !== 'answered') {
    return failed(pod, reason.kind, explainReason(reason), urgencyOf(reason));
  }
  // Another push is being exchanged, or has been: nothing has failed.
  if (reason.result === 'busy' || reason.result === 'done') return undefined;
  return failed(pod, reason.result, explainReason(reason));
}

/** What is over in a moment, most of the time: a slow start, a Vault that elects a leader. */
function urgencyOf(reason: Reason): PodNotice['urgency'] {
  switch (reason.kind) {
    case 'not-listening':
    case 'address-shared':
      return 'patient';
    case 'vault-unavailable':
      return reason.problem === 'token-invalid' ? 'usual' : 'patient';
    default:
      return 'usual';
  }
}

function failed(
  pod: PodNotice['pod'],
  topic: string,
  { message, remedy }: Explanation,
  urgency: PodNotice['urgency'] = 'usual',
): PodNotice {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const reason = 'VaultSecretFailed';
  return { pod, type: 'Warning', reason, topic, message: `${sentence}: ${remedy}`, urgency };
}
