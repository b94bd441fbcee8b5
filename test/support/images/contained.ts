import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from '../program.ts';
import type { UnpackedImage } from './built-images.ts';

/** A user of no image, and the group that OpenShift gives to such. */
export const ANY_USER = { uid: 1_234_567, gid: 0 } as const;

/** A folder of this machine, and where a container finds it. */
export interface Mount {
  readonly from: string;
  readonly at: string;
}

export interface Container {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
}

/** Arguments: the root, then pairs of a mount's two ends, `--`, a Node of this machine, the command. */
const ENTER = `
set -e
root=$1; shift
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
while [ "$1" != -- ]; do mount --bind "$1" "$root$2"; shift 2; done
shift 2
exec setpriv --no-new-privs $AS_USER"$root" "$@"`;

const { uid, gid } = ANY_USER;
/** What changes the root and the user; the folder follows at once. */
const BY_ROOT = `chroot --userspec=${uid}:${gid} `;
const BY_ANOTHER = `unshare --user --map-user=${uid} --map-group=${gid} --root=`;

/**
 * Starts an image's entrypoint as a strict Kubernetes would: its root filesystem can't be written, its
 * user is any, it has no capability and can get none. It shares this machine's network.
 */
export function contained(image: UnpackedImage, container: Container = {}): Program {
  const { args = [], environment = {}, mounts = [] } = container;
  const { name, root, config } = image;
  for (const { at } of mounts) mkdirSync(join(root, at), { recursive: true });
  const [file = '', ...rest] = config.Entrypoint;
  const isRoot = process.getuid?.() === 0;
  const own = isRoot ? [] : ['--user', '--map-root-user'];
  const ends = mounts.flatMap(({ from, at }) => [from, at]);
  return new Program({
    name,
    enter: ['unshare', '--mount', ...own, 'sh', '-c', ENTER, 'enter', root, ...ends, '--'],
    file,
    args: [...rest, ...args],
    environment: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      AS_USER: isRoot ? BY_ROOT : BY_ANOTHER,
      ...environment,
    },
  });
}

/** Makes a folder into a volume of a pod, which any user may write, with these files. */
export function makeVolume(path: string, files: Readonly<Record<string, string>> = {}): string {
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  chmodSync(path, 0o777);
  return path;
}
