import { parseClusterKeys } from '../../../base/cluster-keys.ts';
import { type FileReading, followFile } from '../../../base/follow-file.ts';
import { messageOf } from '../../../base/message-of.ts';
import type { RaftSettings } from '../../../config/settings.ts';
import type { Logger } from '../../../telemetry/logger.ts';

type Keys = NonNullable<RaftSettings['keyFile']>['keys'];

/** The keys of the cluster as their file has them now. */
export interface ClusterKeysFile extends Disposable {
  /** Undefined where none are configured. */
  keys(): Keys | undefined;
}

/** What cannot be used of a file that has changed leaves the keys as they were. */
export function followClusterKeys(
  keyFile: RaftSettings['keyFile'],
  reading: FileReading,
  logger: Logger,
): ClusterKeysFile {
  let keys = keyFile?.keys;
  if (keyFile === undefined) return { keys: () => keys, [Symbol.dispose]() {} };
  const { path } = keyFile;
  const file = followFile(path, reading, {
    changed(text) {
      const before = keys;
      keys = parseClusterKeys(text);
      if (isSame(before, keys)) return;
      logger.info({ file: path, keys: keys.length }, 'the cluster has other keys now');
    },
    failed: (error) =>
      logger.error(
        { file: path, error },
        `the keys stay as they were: ${path}: ${messageOf(error)}`,
      ),
  });
  return { keys: () => keys, [Symbol.dispose]: () => file.stop() };
}

function isSame(before: Keys | undefined, keys: Keys): boolean {
  return before?.length === keys.length && keys.every((key, at) => before[at]?.equals(key));
}
