import type { Ack, Endpoint, IndirectPing, Ping } from '../messages.ts';
import { nextPing } from './probing.ts';
import { send } from './sending.ts';
import type { Relay, Step } from './state.ts';
import type { Connection } from './surface.ts';

const NOTHING = new Uint8Array();

/** Whoever asks for another than us is not answered: then nobody of that name is here. */
export function hearPing(step: Step, from: Endpoint, ping: Ping): void {
  if (!isForUs(step, ping)) return;
  send(step, ping.source ?? from, ping.source?.node, ackOf(ping));
}

export function hearStreamPing(step: Step, connection: Connection, ping: Ping): void {
  if (isForUs(step, ping)) step.actions.push({ kind: 'stream-ack', connection, ack: ackOf(ping) });
}

/** Pings another in the asker's stead. */
export function hearIndirectPing(step: Step, from: Endpoint, asked: IndirectPing): void {
  const { state, settings, now } = step;
  const ping = nextPing(step, asked.node);
  state.relays.set(ping.sequence, {
    sequence: asked.sequence,
    to: asked.source ?? from,
    asker: asked.source?.node,
    wantsNack: asked.wantsNack,
    endsAt: now + settings.probeTimeoutMs,
  });
  send(step, asked.target, asked.node, ping);
}

export function hearAckForOther(step: Step, { sequence }: Ack): void {
  const relay = step.state.relays.get(sequence);
  if (relay === undefined) return;
  step.state.relays.delete(sequence);
  answer(step, relay, 'ack');
}

/** Whoever asked learns that we are there, though the one it asked for is silent. */
export function endRelays(step: Step): void {
  const { relays } = step.state;
  for (const [sequence, relay] of relays) {
    if (relay.endsAt > step.now) continue;
    relays.delete(sequence);
    if (relay.wantsNack) answer(step, relay, 'nack');
  }
}

function answer(step: Step, { sequence, to, asker }: Relay, kind: 'ack' | 'nack'): void {
  const message =
    kind === 'ack' ? ({ kind, sequence, payload: NOTHING } as const) : { kind, sequence };
  send(step, to, asker, message);
}

function isForUs({ settings }: Step, { node }: Ping): boolean {
  return node === '' || node === settings.node;
}

function ackOf({ sequence }: Ping): Ack {
  return { kind: 'ack', sequence, payload: NOTHING };
}
