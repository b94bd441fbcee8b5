import { randomBytes } from 'node:crypto';
import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';
import { revokeSelf } from '../../vault/token/revoke-self.ts';
import type { Answer } from '../../wire/answer.ts';
import type { Job } from '../admission/intake.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings/settings.ts';
import type { Credential } from './credential.ts';
import { writeCredential } from './credential-files.ts';
import { ExchangeError, type ExchangeParts, exchange } from './exchange.ts';
import type { Files } from './files.ts';

export interface DeliverParts extends ExchangeParts {
  readonly settings: Settings;
  readonly files: Files;
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
    await revoke(credential, job, log);
    const reason = messageOf(error);
    return { result: 'write-failed', reason, tokenUsed };
  }
  const vaultAddr = sanitize(job.target.address);
  log.info({ ...accessorOf(credential, job), vaultAddr }, 'the credential is written');
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

async function revoke(credential: Credential, job: Job, log: Log): Promise<void> {
  if (credential.kind !== 'token') return;
  try {
    await revokeSelf(job.target.vault, credential.token.token, { deadlineMs: REVOKE_MS });
    log.info(accessorOf(credential, job), 'revoked the token that could not be written');
  } catch (error) {
    const reason = messageOf(error);
    log.warn({ ...accessorOf(credential, job), reason }, 'could not revoke the token');
  }
}

function randomName(): string {
  return randomBytes(16).toString('hex');
}
