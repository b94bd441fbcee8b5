import { version } from '../../src/base/version.ts';
import { OPENBAO } from '../cluster/node-images.ts';

/** The name of an image of this version, as pods on the cluster have to call it. */
export function imageOf(program: string): string {
  const prefix = process.env['E2E_IMAGE_PREFIX'];
  return `${prefix ? `${prefix}/` : ''}${program}:${version()}`;
}

/** An image that has Vault's API: OpenBao's program `bao`, on PATH. */
export function vaultImage(): string {
  return OPENBAO;
}
