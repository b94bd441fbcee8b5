import { isIP } from 'node:net';
import { Secret } from '../../base/secret.ts';
import { bad, good, quoted, type Read } from './reading.ts';

/** Any text that can stand in one line. A number or `true` is text too where text is wanted. */
export const text: Read<string> = (scalar) =>
  /\p{Cc}/u.test(scalar.text)
    ? bad(`${quoted(scalar)} holds a line break or a control character`)
    : good(scalar.text);

export const flag: Read<boolean> = (scalar) =>
  typeof scalar.value === 'boolean'
    ? good(scalar.value)
    : bad(`${quoted(scalar)} is neither true nor false (written without quotes)`);

/** One of a few words. */
export function word<const T extends string>(words: readonly T[]): Read<T> {
  return (scalar) => {
    const found = words.find((candidate) => candidate === scalar.text);
    return found === undefined
      ? bad(`${quoted(scalar)} is not one of ${words.join(', ')}`)
      : good(found);
  };
}

export const port: Read<number> = (scalar) => {
  const { value } = scalar;
  const isPort =
    typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
  return isPort
    ? good(value)
    : bad(`${quoted(scalar)} is not a port, a whole number from 1 to 65535 (without quotes)`);
};

export const ipAddress: Read<string> = (scalar) =>
  isIP(scalar.text) === 0 ? bad(`${quoted(scalar)} is not an IP address`) : good(scalar.text);

/** A credential: never repeated in a message. */
export const secret: Read<Secret> = (scalar) =>
  /^[\x21-\x7e]+$/.test(scalar.text)
    ? good(new Secret(scalar.text))
    : bad('holds a space, a line break or a character outside ASCII, which no token does');

/** A namespace's or a Service's name (RFC 1123 label), in lower case whatever was written. */
export const kubernetesName: Read<string> = (scalar) => {
  const name = scalar.text.toLowerCase();
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
    ? good(name)
    : bad(
        `${quoted(scalar)} is not a Kubernetes name (letters, digits and \`-\` inside, 63 at most)`,
      );
};
