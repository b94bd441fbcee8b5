import { formatDuration } from '../../../base/duration.ts';
import { sanitize } from '../../../base/sanitize.ts';
import type { MembersView, MemberView } from './members-view.ts';

const COLUMNS: Readonly<Record<string, (member: MemberView) => string | undefined>> = {
  POD: ({ pod, isUs }) => (pod === undefined || !isUs ? pod : `${pod} (this one)`),
  STATE: ({ state }) => state,
  ROLE: ({ role, acts }) => (acts ? `${role}, acts` : role),
  ADDRESS: ({ address }) => address,
  EPOCH: ({ epoch }) => epoch?.toString(),
  'LAST CONTACT': ({ lastContactMs: ms, isUs }) =>
    ms === undefined || isUs ? undefined : formatDuration(ms),
  VERSION: ({ version }) => version,
  NODE: ({ node }) => node,
  ID: ({ id }) => id,
};

const BETWEEN = '  ';

/** The cluster for a person at a terminal: a line for each member, the leader first. */
export function membersTable(view: MembersView): string {
  const rows = inOrder(view.members).map((member) =>
    Object.values(COLUMNS).map((cell) => sanitize(cell(member) ?? '-')),
  );
  const table = [Object.keys(COLUMNS), ...rows];
  const widths = Object.keys(COLUMNS).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(BETWEEN)
      .trimEnd(),
  );
  return `${[headline(view), '', ...lines].join('\n')}\n`;
}

function headline({ cluster, epoch, term }: MembersView): string {
  if (cluster === undefined) return 'this controller belongs to no cluster yet';
  return `cluster ${sanitize(cluster)}, epoch ${epoch ?? '-'}, term ${term}`;
}

const RANKS: Readonly<Record<MemberView['role'], number>> = {
  leader: 0,
  voter: 1,
  nonvoter: 2,
  joining: 3,
};

function inOrder(members: readonly MemberView[]): MemberView[] {
  const name = ({ pod, node }: MemberView) => pod ?? node;
  return members.toSorted(
    (a, b) => RANKS[a.role] - RANKS[b.role] || name(a).localeCompare(name(b)),
  );
}
