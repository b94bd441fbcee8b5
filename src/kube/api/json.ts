/** A JSON object whose fields may be of any type, or missing. */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = Object.freeze({});

/** The value's fields; none, if it is no JSON object. */
export function fields(value: unknown): Fields {
  return isObject(value) ? value : NONE;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value's elements; none, if it is no array. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value, if it is a string with something in it: Kubernetes leaves empty strings out, or in. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value, if it is a whole number of at least 0. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Milliseconds since the Unix epoch, if the value is a time as Kubernetes writes them (RFC 3339). */
export function time(value: unknown): number | undefined {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether the API server wrote something there: Go's encoder turns nil into null, or leaves it out. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
