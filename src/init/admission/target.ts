import type { Clock } from '../../base/clock.ts';
import { createVaultClient, type VaultClient } from '../../vault/client/vault-client.ts';
import { VaultSettingError } from '../../vault/client/vault-settings.ts';
import { parseMountPath } from '../../wire/mount-path.ts';
import { BadPushError, type Push } from '../../wire/push.ts';
import type { RoleName } from '../../wire/role-name.ts';
import { DEFAULT_MOUNT, type Pins } from '../settings/pins.ts';

/** The Vault that a push is exchanged at. */
export interface Target {
  readonly vault: VaultClient;
  readonly address: string;
  readonly ca: string | undefined;
  readonly mount: string;
  /** The only role to accept; undefined where any will do. */
  readonly role: RoleName | undefined;
  /** To be called once when the push is dealt with. */
  release(): void;
  /** A client of that Vault for as long as the process runs, whether released or not. */
  lasting(): VaultClient;
}

/**
 * Gives each push its target: the pinned one, whatever the push says, or else the one it names.
 * @throws BadPushError, from what is returned, if a push names none that could be
 */
export function targets(pins: Pins | undefined, clock: Clock): (push: Push) => Target {
  if (pins === undefined) return (push) => pushedTarget(push, clock);
  const vault = createVaultClient(withoutUndefined(pins), clock);
  const pinned: Target = { ...pins, vault, release: () => {}, lasting: () => vault };
  return () => pinned;
}

function pushedTarget(push: Push, clock: Clock): Target {
  const mount = parseMountPath(push.appRoleMount ?? DEFAULT_MOUNT);
  if (mount === undefined) throw new BadPushError('appRoleMount is not the path of an auth method');
  const [address, ca, namespace] = [push.vaultAddr, push.vaultCas, push.vaultNamespace];
  const connect = () => createVaultClient(withoutUndefined({ address, ca, namespace }), clock);
  try {
    const vault = connect();
    const release = () => vault.close();
    return { vault, address, ca, mount, role: undefined, release, lasting: connect };
  } catch (error) {
    if (!(error instanceof VaultSettingError)) throw error;
    throw new BadPushError(`${FIELD_OF[error.setting]} ${error.message}`);
  }
}

const FIELD_OF = { address: 'vaultAddr', ca: 'vaultCAs', namespace: 'vaultNamespace' } as const;

function withoutUndefined(options: {
  readonly address: string;
  readonly ca: string | undefined;
  readonly namespace: string | undefined;
}) {
  const { address, ca, namespace } = options;
  return {
    address,
    ...(ca === undefined ? {} : { ca }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
