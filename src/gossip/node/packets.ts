import type { RemoteInfo, Socket } from 'node:dgram';
import type { Send } from '../core/surface.ts';
import type { Endpoint, Message } from '../messages.ts';
import { encodeMessage } from '../wire/encode-message.ts';
import { decodePacket, encodePacket } from '../wire/packet.ts';
import { malformed } from '../wire/wire-error.ts';
import { reportFaults } from './intake.ts';
import type { NodeReport } from './report.ts';
import type { Sealing } from './sealing.ts';

export interface PacketsParts {
  readonly sealing: Sealing;
  readonly report: (report: NodeReport) => void;
  readonly heard: (from: Endpoint, messages: readonly Message[]) => void;
}

export interface Packets extends Disposable {
  send(packet: Send): void;
}

/** Packets over a bound socket, which is closed with it. */
export function packets(udp: Socket, parts: PacketsParts): Packets {
  const { sealing, report, heard } = parts;
  udp.on('error', (error) => report({ kind: 'failed', error }));
  udp.on('message', (packet, remote) => {
    const from = endpointOf(remote);
    // Nobody could be answered there.
    if (from.port === 0) return reportFaults(report, from, [malformed('a packet from port 0')]);
    const { messages, faults } = decodePacket(packet, sealing.envelope());
    reportFaults(report, from, faults);
    if (messages.length > 0) heard(from, messages);
  });
  return {
    send({ to, messages, hasChecksum }) {
      const encoded = messages.map(encodeMessage);
      const packet = encodePacket(encoded, sealing.envelope(), hasChecksum, sealing.nonce());
      udp.send(packet, to.port, to.host, (error) => {
        if (error !== null) report({ kind: 'unsent', to, error });
      });
    },
    [Symbol.dispose]: () => void udp.close(),
  };
}

function endpointOf({ address, port }: RemoteInfo): Endpoint {
  return { host: address, port };
}
