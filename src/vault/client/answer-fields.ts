import { RetryableVaultError } from './vault-error.ts';

/** An object in an answer of Vault's, and where it stands, for errors. */
export interface Fields {
  readonly request: string;
  /** Such as `auth.`; empty for the whole answer. */
  readonly prefix: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @throws RetryableVaultError `malformed` if the body is not a JSON object */
export function parseFields(request: string, body: string): Fields {
  if (body.trim() === '') throw malformed(request, 'the answer is empty');
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw malformed(request, 'the answer is not JSON');
  }
  if (!isObject(value)) throw malformed(request, 'the answer is not a JSON object');
  return { request, prefix: '', values: value };
}

/** @throws RetryableVaultError `malformed`, naming the field, if it is not an object */
export function objectField(fields: Fields, name: string): Fields {
  const value = fields.values[name];
  if (!isObject(value)) throw wrong(fields, name, value, 'an object');
  return { request: fields.request, prefix: `${fields.prefix}${name}.`, values: value };
}

/** @throws RetryableVaultError `malformed`, naming the field, if it is not a string with something in it */
export function textField(fields: Fields, name: string): string {
  const value = optionalTextField(fields, name);
  if (value === undefined) throw wrong(fields, name, undefined, 'a string');
  return value;
}

/**
 * The string, or undefined where there is none, or an empty one.
 * @throws RetryableVaultError `malformed`, naming the field, if it is something else
 */
export function optionalTextField(fields: Fields, name: string): string | undefined {
  const value = fields.values[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw wrong(fields, name, value, 'a string');
  return value;
}

/** @throws RetryableVaultError `malformed`, naming the field, if it is not a number of 0 or more */
export function numberField(fields: Fields, name: string): number {
  const value = fields.values[name];
  if (typeof value !== 'number' || value < 0) throw wrong(fields, name, value, 'a number');
  return value;
}

/**
 * The number, or 0 where there is none.
 * @throws RetryableVaultError `malformed`, naming the field, if it is something else
 */
export function optionalNumberField(fields: Fields, name: string): number {
  const value = fields.values[name];
  return value === undefined || value === null ? 0 : numberField(fields, name);
}

/** @throws RetryableVaultError `malformed`, naming the field, if it is not a boolean */
export function booleanField(fields: Fields, name: string): boolean {
  const value = fields.values[name];
  if (typeof value !== 'boolean') throw wrong(fields, name, value, 'a boolean');
  return value;
}

/** @throws RetryableVaultError `malformed`, naming the field, if it is not a list of strings */
export function textsField(fields: Fields, name: string): string[] {
  const value = fields.values[name];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw wrong(fields, name, value, 'a list of strings');
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong({ request, prefix }: Fields, name: string, value: unknown, expected: string) {
  const missing = value === undefined || value === null;
  return malformed(request, `${prefix}${name} is ${missing ? 'missing' : `not ${expected}`}`);
}

/** The request was answered with success: what it asked for may have been done. */
function malformed(request: string, detail: string): RetryableVaultError {
  return new RetryableVaultError('malformed', request, detail, { maybeDone: true });
}
