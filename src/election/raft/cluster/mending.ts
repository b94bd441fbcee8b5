import { leaseSays } from './lease-says.ts';
import { type Ask, leads, openFolder, type Step } from './state.ts';

/** Whoever leads has the last word on what the Lease says of its cluster, unless it names another. */
export function mending({ state }: Step): Ask | undefined {
  const folder = openFolder(state);
  if (!leads(state) || folder === undefined) return undefined;
  const { cluster } = folder;
  const says = leaseSays(state);
  switch (says.kind) {
    case 'vacant':
    case 'behind':
      return { kind: 'mend', cluster };
    case 'ended':
      return state.leaving === undefined ? { kind: 'mend', cluster } : undefined;
    case 'named':
      return state.known?.lease?.doubter === undefined ? undefined : { kind: 'object' };
    default:
      return undefined;
  }
}
