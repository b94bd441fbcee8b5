import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterName } from '../../kube/leases/cluster-lease.ts';
import { nodeFolder } from '../../raft/storage/node-folder.ts';
import { openStorage, type Storage } from '../../raft/storage/storage.ts';
import { storageError } from '../../raft/storage/storage-error.ts';

/** Where this process keeps what its Raft servers must remember: a folder for each cluster. */
export interface RaftDirectory {
  /** The cluster of the highest epoch that there is a folder of. @throws StorageError */
  newest(): Promise<ClusterName | undefined>;
  /** Opens this cluster's folder, or begins it, and deletes those of all others. @throws StorageError */
  open(cluster: ClusterName): Promise<Storage>;
}

const FOLDER = /^(?<id>[0-9a-f-]{36})-(?<epoch>[1-9]\d{0,9})$/;

/** @param newId makes a random UUID */
export function raftDirectory(path: string, newId: () => string): RaftDirectory {
  const kept = async (): Promise<ClusterName[]> => {
    const names = await inDirectory(path, () => readdir(path));
    return names.flatMap((name) => {
      const { id, epoch } = FOLDER.exec(name)?.groups ?? {};
      return id === undefined ? [] : { id, epoch: Number(epoch) };
    });
  };
  return {
    async newest() {
      const [newest] = (await kept()).sort((one, other) => other.epoch - one.epoch);
      return newest;
    },
    async open(cluster) {
      const folder = folderOf(cluster);
      for (const other of (await kept()).map(folderOf)) {
        if (other === folder) continue;
        await inDirectory(path, () => rm(join(path, other), { recursive: true, force: true }));
      }
      return await openStorage(await nodeFolder(join(path, folder)), newId);
    },
  };
}

function folderOf({ id, epoch }: ClusterName): string {
  return `${id}-${epoch}`;
}

async function inDirectory<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageError(path, error);
  }
}
