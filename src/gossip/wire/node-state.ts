import type { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { NodeState, RemoteNode } from '../messages.ts';
import { named } from './decode-message.ts';
import { ipToBytes } from './ip-bytes.ts';
import { readEndpoint, readMeta, readVersions } from './member-fields.ts';
import { nodeStateStruct } from './structs.ts';
import { GossipWireError, malformed } from './wire-error.ts';

/** In the order of memberlist's NodeStateType. */
const STATES: readonly NodeState[] = ['alive', 'suspect', 'dead', 'left'];

export function writeNode(writer: MsgpackWriter, node: RemoteNode): void {
  nodeStateStruct.write(writer, {
    Addr: ipToBytes(node.endpoint.host),
    Incarnation: node.incarnation,
    Meta: node.meta,
    Name: node.node,
    Port: node.endpoint.port,
    State: STATES.indexOf(node.state),
    Vsn: Uint8Array.from(node.versions),
  });
}

/**
 * A node, or undefined where it makes no sense: such a one must not spoil all that the other knows,
 * now and in every exchange to come.
 * @throws MsgpackError
 */
export function readNode(reader: MsgpackReader): RemoteNode | undefined {
  const fields = nodeStateStruct.read(reader);
  try {
    return {
      node: named(fields.Name),
      endpoint: readEndpoint(fields.Addr, fields.Port),
      meta: readMeta(fields.Meta),
      incarnation: fields.Incarnation,
      state: stateOf(fields.State),
      versions: readVersions(fields.Vsn),
    };
  } catch (error) {
    if (error instanceof GossipWireError) return undefined;
    throw error;
  }
}

function stateOf(number: number): NodeState {
  const state = STATES[number];
  if (state === undefined) throw malformed(`the unknown state ${number}`);
  return state;
}
