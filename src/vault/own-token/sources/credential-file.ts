import type { ReadTextFile } from '../../../base/follow-file.ts';
import { messageOf } from '../../../base/message-of.ts';
import { sanitize } from '../../../base/sanitize.ts';
import { Secret } from '../../../base/secret.ts';
import { isHeaderText } from '../../client/vault-settings.ts';

/** A file that should hold a credential does not. The message repeats nothing of what it holds. */
export class UnreadableCredentialError extends Error {
  override readonly name = 'UnreadableCredentialError';
}

/** @throws UnreadableCredentialError */
export async function readCredential(path: string, read: ReadTextFile): Promise<Secret> {
  let text: string;
  try {
    text = await read(path);
  } catch (cause) {
    throw asUnreadable(cause);
  }
  return parseCredential(path, text);
}

/** What reading or parsing it threw, as one kind of error. */
export function asUnreadable(cause: unknown): UnreadableCredentialError {
  if (cause instanceof UnreadableCredentialError) return cause;
  return new UnreadableCredentialError(sanitize(messageOf(cause)), { cause });
}

/**
 * The credential in the text of a file, without the line break that most editors leave behind it.
 * @throws UnreadableCredentialError
 */
export function parseCredential(path: string, text: string): Secret {
  const value = text.trim();
  if (isHeaderText(value)) return new Secret(value);
  const what = value === '' ? 'is empty' : 'holds more than one word of printable ASCII';
  throw new UnreadableCredentialError(`the file ${sanitize(path)} ${what}`);
}
