import type { Endpoint, Message } from '../messages.ts';
import type { SerfInput } from '../serf/surface.ts';
import type { PushPullMessage } from '../wire/stream-message.ts';
import { type GossipWireError, malformed } from '../wire/wire-error.ts';
import { fittingMessages, fittingNodes } from './fitting.ts';
import type { NodeReport } from './report.ts';

export interface IntakeParts {
  readonly report: (report: NodeReport) => void;
  readonly feed: (input: SerfInput) => void;
  /** Room for messages in a packet. */
  readonly packetBytes: number;
}

export function hearMessages(
  { report, feed, packetBytes }: IntakeParts,
  from: Endpoint,
  messages: readonly Message[],
): void {
  const { fit, faults } = fittingMessages(messages, packetBytes);
  reportFaults(report, from, faults);
  if (fit.length > 0) feed({ kind: 'packet', from, messages: fit });
}

/** Of a push/pull, what can be taken. */
export function takeState(
  { report, packetBytes }: Omit<IntakeParts, 'feed'>,
  from: Endpoint,
  { state, refused = 0 }: PushPullMessage,
): PushPullMessage['state'] {
  const { fit, faults } = fittingNodes(state, packetBytes);
  reportFaults(report, from, faults);
  if (refused > 0) reportFaults(report, from, [malformed(`${refused} nodes that make no sense`)]);
  return fit;
}

export function reportFaults(
  report: (report: NodeReport) => void,
  from: Endpoint,
  faults: readonly GossipWireError[],
): void {
  for (const error of faults) report({ kind: 'dropped', reason: error.fault, from, error });
}
