import { badRequest, expired, versionTooLarge } from './api-error.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { type KubeObject, keyOf } from './object.ts';
import { matcherOf, type Selectors } from './selectors.ts';
import type { Store } from './store.ts';

export interface ListQuery extends Selectors {
  /** Empty or absent: all namespaces. */
  readonly namespace?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  /** `Exact`: the list as it was at resourceVersion; else it may be newer, and here always is the newest. */
  readonly resourceVersionMatch?: string;
}

export interface ObjectList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly Omit<KubeObject, 'apiVersion' | 'kind'>[];
}

interface Page {
  readonly version: number;
  /** All of the kind, at that version. */
  readonly objects: readonly KubeObject[];
  /** The key at which this page begins. */
  readonly start: string;
}

/**
 * One page of a list; all pages of it show the same moment, until the history is forgotten.
 * @throws ApiError 400, 410 or 504 for what cannot be listed so
 */
export function list(store: Store, kind: Kind, query: ListQuery): ObjectList {
  const matches = matcherOf(kind, query.namespace ?? '', query);
  const page = query.continue ? continued(store, kind, query) : first(store, kind, query);
  const rest = page.objects.filter((object) => keyOf(object) >= page.start && matches(object));
  // As the real one: from resourceVersion=0 the whole list comes from its cache.
  const limit = query.resourceVersion === '0' ? 0 : (query.limit ?? 0);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const next = rest[items.length];
  const countable = !query.labelSelector && !query.fieldSelector;
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: {
      resourceVersion: String(page.version),
      ...(next ? { continue: encodeContinue(page.version, keyOf(next)) } : {}),
      ...(next && countable ? { remainingItemCount: rest.length - items.length } : {}),
    },
    items: items.map(withoutKind),
  };
}

function first(store: Store, kind: Kind, query: ListQuery): Page {
  const asked = versionIn(query.resourceVersion);
  if (asked > store.version()) throw versionTooLarge(asked, store.version());
  const exact = query.resourceVersionMatch === 'Exact';
  const version = exact ? asked : store.version();
  const objects = store.allAt(kind, version);
  if (!objects) throw expired('The resourceVersion for the provided list is too old.');
  return { version, objects, start: '' };
}

function continued(store: Store, kind: Kind, query: ListQuery): Page {
  if (query.resourceVersion) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { rv, start } = decodeContinue(query.continue ?? '');
  // The token that comes with a 410 goes on with what there is now.
  const version = rv === -1 ? store.version() : rv;
  const objects = store.allAt(kind, version);
  if (!objects) throw expired(CONTINUE_EXPIRED, { continue: encodeContinue(-1, start) });
  return { version, objects, start };
}

const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** @throws ApiError 400 for what is no version */
function versionIn(text: string | undefined): number {
  if (text === undefined || /^\d*$/.test(text)) return Number(text ?? '');
  const problem = `resourceVersion: Invalid value: ${JSON.stringify(text)}`;
  throw badRequest(`invalid resource version: ${problem}`);
}

function encodeContinue(rv: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');
}

function decodeContinue(token: string): { rv: number; start: string } {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof rv === 'number' && typeof start === 'string') return { rv, start };
  } catch {
    // falls through: whatever is wrong with it, it is not one of ours
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

/** Items of a list carry neither kind nor apiVersion. */
function withoutKind({ apiVersion: _version, kind: _kind, ...item }: KubeObject) {
  return item;
}
