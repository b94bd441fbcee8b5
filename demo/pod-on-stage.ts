import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ANNOTATION } from '../src/kube/pod-facts.ts';
import { builtProgram } from '../test/support/installation/programs.ts';
import { aPod } from '../test/support/kube/pods.ts';
import { PodOnNode } from '../test/support/kubelet/pod-on-node.ts';
import { podWriter } from '../test/support/kubelet/pod-writer.ts';
import { Program } from '../test/support/program.ts';
import type { Part } from './cast.ts';
import type { Cluster } from './cluster.ts';

const INIT_CONTAINER = 'vault-init';

/** A pod of the demo on its node: its init container is a real process on an address of loopback. */
export interface PodOnStage {
  readonly part: Part;
  /** When its init container's process was started: milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** What the init container has printed. */
  printed(): string;
  /** The init container's exit code, once it has ended. */
  exitCode(): number | undefined;
  /** When `vault-token` was written, as `startedAt`. */
  tokenWrittenAt(): number | undefined;
  /** The text of `vault-token`. */
  tokenFile(): string;
  /** What a person does who finds that the annotation names the wrong role. */
  annotate(role: string): Promise<void>;
}

export interface Place {
  readonly ip: string;
  /** Where its volumes may be made. */
  readonly folder: string;
}

/** Does what a user (creates the pod) and a kubelet (runs it, reports what happens) would. */
export async function enter(part: Part, cluster: Cluster, place: Place): Promise<PodOnStage> {
  const { namespace, name, role, annotatedRole = role } = part;
  const writer = podWriter(cluster.api);
  const pod = aPod({ namespace, name }).annotated(annotatedRole, INIT_CONTAINER).withIp(place.ip);
  await writer.create(pod);
  const node = new PodOnNode(pod, writer);
  await node.report((reported) => reported.pending());

  const volume = join(place.folder, namespace, name);
  mkdirSync(volume, { recursive: true });
  const startedAt = Date.now();
  const program = new Program({
    name: `${namespace}/${name}`,
    file: builtProgram('kubernetes-vault-init'),
    environment: initEnvironment(part, cluster, place.ip, volume),
  });
  let exitCode: number | undefined;
  await node.runs(program);
  void node.ended.then((code) => {
    exitCode = code;
  });
  const file = join(volume, 'vault-token');
  return {
    part,
    startedAt,
    printed: () => program.printed,
    exitCode: () => exitCode,
    tokenWrittenAt: () => statSync(file, { throwIfNoEntry: false })?.mtimeMs,
    tokenFile: () => readFileSync(file, 'utf8'),
    annotate: (right) => writer.change(pod, { annotations: { [ANNOTATION.approle]: right } }),
  };
}

/** As the quick start's manifest has it, pins and all. */
function initEnvironment(part: Part, cluster: Cluster, ip: string, volume: string) {
  return {
    VAULT_ROLE_ID: cluster.roleIds.get(part.role) ?? '',
    VAULT_ADDR: cluster.vaultAddr,
    VAULT_CACERT: cluster.vaultCaFile,
    VAULT_APPROLE: part.role,
    CREDENTIALS_PATH: volume,
    LISTEN_ADDRESS: ip,
  };
}
