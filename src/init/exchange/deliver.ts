import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';
import type { Answer } from '../../wire/answer.ts';
import type { Job } from '../admission/intake.ts';
import type { Target } from '../admission/target.ts';
import type { Settings } from '../settings/settings.ts';
import type { Credential } from './credential.ts';
import { writeCredential } from './credential-files.ts';
import { ExchangeError, type ExchangeParts, exchange } from './exchange.ts';
import { type Files, randomName } from './files.ts';
import { revoke } from './revoke.ts';

export interface DeliverParts extends ExchangeParts {
  readonly settings: Settings;
  readonly files: Files;
  /** Told of each credential that was written, and where it is of. */
  readonly written: (credential: Credential, target: Target) => void;
}

/** Ending a token that nobody will read is worth this much of the answer's time. */
const REVOKE_MS = 2_000;

/** Exchanges an accepted token, writes the credential, and says what came of it. */
export async function deliver(parts: DeliverParts, job: Job): Promise<Answer> {
  const { settings, files, log } = parts;
  let credential: Credential;
  try {
    credential = await exchange(parts, job);
  } catch (error) {
    if (error instanceof ExchangeError) return error.answer;
    throw error;
  }
  const tokenUsed = credential.kind !== 'wrapped-secret-id';
  try {
    writeCredential(files, settings, credential, job.target, randomName);
  } catch (error) {
    if (credential.kind === 'token') {
      const { token } = credential.token;
      const about = accessorOf(credential, job);
      await revoke(parts, job.target.vault, { token, about, withinMs: REVOKE_MS });
    }
    const reason = messageOf(error);
    return { result: 'write-failed', reason, tokenUsed };
  }
  const vaultAddr = sanitize(job.target.address);
  log.info({ ...accessorOf(credential, job), vaultAddr }, 'the credential is written');
  parts.written(credential, job.target);
  return { result: 'exchanged', reason: '', tokenUsed };
}

/** The way from a pod to its credential in Vault's audit log. */
function accessorOf(credential: Credential, { push }: Job): Readonly<Record<string, string>> {
  switch (credential.kind) {
    case 'token': {
      const { accessor, token } = credential.token;
      return { tokenAccessor: sanitize(accessor, [push.token, token]) };
    }
    case 'secret-id': {
      const { accessor, secretId } = credential;
      return { secretIdAccessor: sanitize(accessor, [push.token, secretId]) };
    }
    case 'wrapped-secret-id':
      return {};
  }
}
