import { messageOf } from '../../base/message-of.ts';
import { parseCertificates } from '../../base/pem.ts';
import { parseNamespace, parseVaultAddress } from '../../vault/client/vault-settings.ts';
import { parseMountPath } from '../../wire/mount-path.ts';
import { parseRoleName, type RoleName } from '../../wire/role-name.ts';
import { BadValueError, type EnvironmentReader } from './environment.ts';

/** @throws what the file system does */
export type ReadFile = (path: string) => string;

/**
 * The Vault to trust and what to accept from it, set in the pod's manifest: nothing that a push says
 * about these counts then, for anybody who reaches the port can push.
 */
export interface Pins {
  readonly address: string;
  /** The PEM bundle that alone verifies Vault; without it the system's roots do. */
  readonly ca: string | undefined;
  readonly namespace: string | undefined;
  readonly mount: string;
  /** The one role whose secret_ids are accepted. */
  readonly role: RoleName | undefined;
}

export const DEFAULT_MOUNT = 'approle';

/** The pins, or undefined without VAULT_ADDR, when none of the others may be set either. */
export function readPins(reader: EnvironmentReader, readFile: ReadFile): Pins | undefined {
  const address = reader.text('VAULT_ADDR');
  reader.parsed('VAULT_ADDR', parseVaultAddress);
  const others = {
    ca: reader.parsed('VAULT_CACERT', (path) => bundle(path, readFile)),
    namespace: reader.parsed('VAULT_NAMESPACE', parseNamespace),
    mount: reader.parsed('VAULT_APPROLE_MOUNT', mount) ?? DEFAULT_MOUNT,
    role: reader.parsed('VAULT_APPROLE', role),
  };
  if (address !== undefined) return { address, ...others };
  for (const variable of [
    'VAULT_CACERT',
    'VAULT_NAMESPACE',
    'VAULT_APPROLE_MOUNT',
    'VAULT_APPROLE',
  ]) {
    if (reader.text(variable) !== undefined) {
      reader.complain(
        variable,
        'is set without VAULT_ADDR: no Vault is pinned without its address',
      );
    }
  }
  return undefined;
}

function bundle(path: string, readFile: ReadFile): string {
  let pem: string;
  try {
    pem = readFile(path);
  } catch (error) {
    throw new BadValueError(`names a file that cannot be read: ${messageOf(error)}`);
  }
  try {
    parseCertificates(pem);
  } catch (error) {
    throw new BadValueError(`names a file that ${messageOf(error)}`);
  }
  return pem;
}

function mount(text: string): string {
  const path = parseMountPath(text);
  if (path !== undefined) return path;
  throw new BadValueError('is not the path of an auth method, such as approle');
}

function role(text: string): RoleName {
  const name = parseRoleName(text);
  if (name !== undefined) return name;
  throw new BadValueError('is not a name that Vault allows for a role');
}
