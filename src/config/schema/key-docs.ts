import type { z } from 'zod';
import { keyPath, type Path } from '../problem.ts';
import { SCHEMA } from './configuration.ts';
import { type KeyDoc, type Place, placeOf } from './kit.ts';

/** What belongs at `path`, or undefined where nothing does. */
export function placeAt(path: Path): Place | undefined {
  let place = placeOf(SCHEMA);
  for (const step of path) {
    const schema = place === undefined ? undefined : schemaInside(place, step);
    place = schema === undefined ? undefined : placeOf(schema);
  }
  return place;
}

function schemaInside(place: Place, step: string | number): z.core.$ZodType | undefined {
  if (place.kind === 'list') return typeof step === 'number' ? place.item : undefined;
  return place.kind === 'section' ? place.shape[step] : undefined;
}

/** The keys of the section at `path`. */
export function keysAt(path: Path): string[] {
  const place = placeAt(path);
  return place?.kind === 'section' ? Object.keys(place.shape) : [];
}

/** A key of the reference; `path` has 0 for any item of a list. */
export interface DocumentedKey {
  readonly path: Path;
  readonly doc: KeyDoc;
}

/** All keys, in the order of the reference. */
export function documentedKeys(path: Path = []): DocumentedKey[] {
  const place = placeAt(path);
  if (place === undefined) return [];
  if (place.kind === 'key') return [{ path, doc: place.doc }];
  if (place.kind === 'section')
    return keysAt(path).flatMap((key) => documentedKeys([...path, key]));
  const itemIsSection = placeOf(place.item)?.kind === 'section';
  return [{ path, doc: place.doc }, ...(itemIsSection ? documentedKeys([...path, 0]) : [])];
}

/** The sections that have a key of this name; only those inside `path`, if there are any. */
export function sectionsWithKey(name: string, path: Path): string[] {
  const sections = documentedKeys()
    .filter((key) => key.path.at(-1) === name)
    .map((key) => keyPath(key.path.slice(0, -1)).replace('[0]', ''));
  const inside = sections.filter((section) => section.startsWith(keyPath(path)));
  return inside.length > 0 ? inside : sections;
}
