import { parseGoDuration } from '../../base/duration.ts';
import { plainText } from '../json.ts';
import { type Fields, VaultRefusal } from './call.ts';

/** @throws VaultRefusal 400 for what is not a string */
export function textField(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  const problem = `expected type 'string', got unconvertible type`;
  throw new VaultRefusal(
    400,
    `Field validation failed: error converting input for field "${name}": '' ${problem}`,
  );
}

export function flagField(fields: Fields | undefined, name: string, absent: boolean): boolean {
  const value = fields?.[name];
  return value === undefined ? absent : value === true || value === 'true';
}

export function countField(fields: Fields | undefined, name: string): number {
  return Number(fields?.[name] ?? 0);
}

/** A list, or a string with commas. */
export function listField(fields: Fields | undefined, name: string): string[] {
  const value = fields?.[name];
  const parts = Array.isArray(value) ? value.map(String) : plainText(value).split(',');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Seconds: a number, its text, or a duration such as `1h`. */
export function secondsField(fields: Fields | undefined, name: string): number {
  const value = fields?.[name];
  return parseSeconds(plainText(value)) ?? 0;
}

export function parseSeconds(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const ms = parseGoDuration(text);
  return ms === undefined ? undefined : Math.round(ms / 1_000);
}
