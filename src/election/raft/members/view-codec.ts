import { count, elements, fields, text } from '../../../kube/api/json.ts';
import { MEMBER_ROLES, MEMBER_STATES, type MembersView, type MemberView } from './members-view.ts';

/** As JSON, in which every key is there: null where nothing is known. */
export function encodeView(view: MembersView, indent = 0): string {
  const nullForUnknown = (_: string, value: unknown) => (value === undefined ? null : value);
  return `${JSON.stringify(view, nullForUnknown, indent)}\n`;
}

/** What `encodeView` made, or undefined where it made something else. */
export function decodeView(json: string): MembersView | undefined {
  const { cluster, epoch, term, members } = fields(parsed(json));
  const decoded = elements(members).map(decodeMember);
  const known = decoded.filter((member) => member !== undefined);
  const termNumber = count(term);
  if (termNumber === undefined || !Array.isArray(members) || known.length < decoded.length) {
    return undefined;
  }
  return { cluster: text(cluster), epoch: count(epoch), term: termNumber, members: known };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function decodeMember(value: unknown): MemberView | undefined {
  const { id, node, pod, address, state, role, acts, version, epoch, lastContactMs, isUs } =
    fields(value);
  const must = {
    node: text(node),
    state: MEMBER_STATES.find((one) => one === state),
    role: MEMBER_ROLES.find((one) => one === role),
  };
  if (must.node === undefined || must.state === undefined || must.role === undefined) {
    return undefined;
  }
  return {
    id: text(id),
    node: must.node,
    pod: text(pod),
    address: text(address),
    state: must.state,
    role: must.role,
    acts: acts === true,
    version: text(version),
    epoch: count(epoch),
    lastContactMs: typeof lastContactMs === 'number' ? lastContactMs : undefined,
    isUs: isUs === true,
  };
}
