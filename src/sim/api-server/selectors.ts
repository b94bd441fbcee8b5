import { badRequest } from './api-error.ts';
import type { Kind } from './kinds.ts';
import { fieldText, type KubeObject } from './object.ts';

export type Matcher = (object: KubeObject) => boolean;

export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/**
 * What both selectors of a list or watch let through.
 * @throws ApiError 400 for a selector that cannot be read, or names a field that is not served
 */
export function matcherOf(kind: Kind, namespace: string, selectors: Selectors): Matcher {
  const tests = [
    ...fieldTests(kind, selectors.fieldSelector ?? ''),
    ...labelTests(selectors.labelSelector ?? ''),
  ];
  return (object) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    tests.every((test) => test(object));
}

function fieldTests(kind: Kind, selector: string): Matcher[] {
  return splitTerms(selector).map((term) => {
    const parsed = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(term);
    if (!parsed) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
    const [, field = '', operator, value] = parsed;
    if (!['metadata.name', 'metadata.namespace', ...kind.fields].includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    return (object) => (fieldText(object, field) === value) === (operator !== '!=');
  });
}

function labelTests(selector: string): Matcher[] {
  return splitTerms(selector).map(labelTest);
}

const EQUALITY = /^([^\s=!(),]+)\s*(==|=|!=)\s*([^\s=!(),]*)$/;
const SET = /^([^\s=!(),]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EXISTENCE = /^(!?)\s*([^\s=!(),]+)$/;

function labelTest(term: string): Matcher {
  const equality = EQUALITY.exec(term);
  if (equality) {
    const [, key = '', operator, value] = equality;
    return (object) => (labelOf(object, key) === value) === (operator !== '!=');
  }
  const set = SET.exec(term);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (object) => values.includes(labelOf(object, key) ?? '\0') === (operator === 'in');
  }
  const existence = EXISTENCE.exec(term);
  if (existence) {
    const [, not, key = ''] = existence;
    return (object) => (labelOf(object, key) === undefined) === (not === '!');
  }
  throw badRequest(`unable to parse requirement: ${term}`);
}

function labelOf(object: KubeObject, key: string): string | undefined {
  return object.metadata.labels?.[key];
}

/** Splits at the commas that are not inside parentheses. */
function splitTerms(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}
