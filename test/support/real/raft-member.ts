import { AdminClient } from './admin-client.ts';
import { findBinary } from './process/binaries.ts';
import { freePort } from './process/free-port.ts';
import { ServerProcess } from './process/server-process.ts';
import type { ScratchFolder } from './scratch-folder.ts';

/** A server of hashicorp/raft, as tools/servers/raft-member/main.go has it. */
export interface RaftMember {
  readonly id: string;
  /** Host and port of its Raft. */
  readonly address: string;
  readonly process: ServerProcess;
  status(): Promise<MemberStatus>;
  /** What is in its log. */
  log(): Promise<readonly MemberEntry[]>;
  /** @throws RequestFailed where the server refuses it */
  act(action: MemberAction, query?: Readonly<Record<string, string>>): Promise<void>;
}

export type MemberAction =
  | 'bootstrap'
  | 'add-nonvoter'
  | 'add-voter'
  | 'transfer'
  | 'snapshot'
  | 'apply';

export interface MemberStatus {
  readonly role: 'Follower' | 'Candidate' | 'Leader' | 'Shutdown';
  readonly term: number;
  /** Its address. */
  readonly leader: string;
  readonly lastIndex: number;
  readonly commit: number;
  /** That it has applied. */
  readonly commands: readonly string[];
  /** How many snapshots it has taken over. */
  readonly restored: number;
}

export interface MemberEntry {
  readonly index: number;
  readonly term: number;
  /** hashicorp/raft's LogType. */
  readonly kind: number;
  /** Base64. */
  readonly data: string | null;
}

/** Starts one on 127.0.0.1 that belongs to no cluster. */
export async function startRaftMember(
  program: 'raft-member' | 'old-raft-member',
  id: string,
  folder: ScratchFolder,
): Promise<RaftMember> {
  const address = `127.0.0.1:${await freePort()}`;
  const control = `127.0.0.1:${await freePort()}`;
  const process = new ServerProcess({
    name: program,
    path: findBinary(program),
    args: [id, address, control],
    cwd: folder.path,
    log: folder.file(`${id}.log`),
  });
  const client = new AdminClient(`http://${control}`, {});
  const status = () => client.request<MemberStatus>('GET', '/status');
  await process.ready(async () => (await status()).role === 'Follower');
  return {
    id,
    address,
    process,
    status,
    log: () => client.request('GET', '/log'),
    act: (action, query = {}) =>
      client.request('POST', `/${action}?${new URLSearchParams(query).toString()}`),
  };
}
