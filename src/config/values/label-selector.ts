import { repeatable } from '../repeatable.ts';
import { bad, good, type Read } from './reading.ts';

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';
const PREFIX = '(?=.{1,253}/)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/';
const KEY = `(?:${PREFIX})?${NAME}`;
const VALUE = `(?:${NAME})?`;

/** The forms of one requirement: Kubernetes' labels.Parse. */
const REQUIREMENTS: readonly RegExp[] = [
  new RegExp(`^!?\\s*${KEY}$`),
  new RegExp(`^${KEY}\\s*(?:=|==|!=)\\s*${VALUE}$`),
  new RegExp(`^${KEY}\\s+(?:in|notin)\\s*\\(\\s*${VALUE}\\s*(?:,\\s*${VALUE}\\s*)*\\)$`),
  new RegExp(`^${KEY}\\s*[<>]\\s*\\d+$`),
];

/** A label selector as `kubectl -l` takes it, checked here because the API server would only answer 400. */
export const labelSelector: Read<string> = (scalar) => {
  const requirements = scalar.text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const unfit = requirements.find((part) => !REQUIREMENTS.some((form) => form.test(part)));
  if (unfit === undefined) return good(scalar.text);
  const which = scalar.expandedFrom === undefined ? `"${repeatable(unfit)}"` : 'a part of it';
  return bad(
    `${which} is not a requirement such as app=web, tier!=test, env in (a, b), team or !legacy`,
  );
};
