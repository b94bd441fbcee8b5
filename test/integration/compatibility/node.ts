import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { podAddresses } from '../../support/installation/addresses.ts';
import type { Image } from '../../support/installation/image.ts';
import type { Printed } from '../../support/installation/printed.ts';
import type { Container } from '../../support/kubelet/pod-on-node.ts';
import type { ControlPlane } from '../../support/real/control-plane.ts';
import type { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { within } from '../../support/until.ts';
import type { KubeObject, PodTemplate } from './manifest.ts';
import { type Secrets, variablesOf } from './variables.ts';

/** Init containers of the original listen there, and nothing in its manifests says so. */
export const OLD_PORT = 50_000;

export interface NodeParts {
  readonly plane: Pick<ControlPlane, 'request'>;
  readonly folder: ScratchFolder;
  readonly printed: Printed;
  readonly secrets: Secrets;
}

/** A pod that a Deployment's template made. */
export interface OldPod {
  readonly name: string;
  readonly ip: string;
  /** Starts its init container, anew if it ran before. */
  start(image: Image): Promise<void>;
  /** Changes its annotations. */
  annotate(annotations: Readonly<Record<string, string>>): Promise<void>;
  /** The init container's exit code, once its end has been reported. */
  ended(): Promise<number>;
  /** The text of a file in its volume. */
  file(name: string): string;
}

/** Plays what a test's cluster has not: the one who makes pods of a Deployment, and a kubelet. */
export function nodeFor(parts: NodeParts) {
  const nextAddress = podAddresses();
  let pods = 0;
  return {
    /** A pod of this Deployment, which has an IP. */
    async pod({ metadata, spec }: KubeObject): Promise<OldPod> {
      if (spec === undefined) throw new Error(`${metadata.name} makes no pods`);
      pods += 1;
      const namespace = metadata.namespace ?? 'default';
      const name = `${metadata.name}-${pods}`;
      await parts.plane.request('POST', `/api/v1/namespaces/${namespace}/pods`, {
        metadata: { ...spec.template.metadata, name },
        spec: { ...spec.template.spec, nodeName: 'node-1' },
      });
      return runnable(parts, { namespace, name, template: spec.template, ip: nextAddress() });
    },
  };
}

interface Placed {
  readonly namespace: string;
  readonly name: string;
  readonly template: PodTemplate;
  readonly ip: string;
}

function runnable(parts: NodeParts, pod: Placed): OldPod {
  const { name, namespace, ip } = pod;
  const volume = parts.folder.file(`volumes/${name}`);
  mkdirSync(volume, { recursive: true });
  let starts = 0;
  let ended = Promise.reject<number>(new Error(`${name} was never started`));
  ended.catch(() => undefined);
  const follow = async (container: Container, reported: Promise<unknown>) => {
    const code = await container.ended;
    await reported;
    await report(parts, pod, statusOf(starts, { terminated: { exitCode: code } }));
    return code;
  };
  return {
    name: `${namespace}/${name}`,
    ip,
    async start(image) {
      const environment = environmentOf(parts, pod, volume);
      const container = image({ name, ip, port: OLD_PORT, environment }, parts.printed);
      starts += 1;
      const startedAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      const reported = report(parts, pod, statusOf(starts, { running: { startedAt } }));
      ended = follow(container, reported);
      ended.catch(() => undefined);
      await reported;
    },
    async annotate(annotations) {
      await parts.plane.request('PATCH', pathOf(pod), { metadata: { annotations } });
    },
    ended: () => within(`${name} has ended`, ended, 30_000),
    file: (file) => readFileSync(join(volume, file), 'utf8'),
  };
}

/** What its manifest says; the rest stands for a mount and for an address of its own. */
function environmentOf({ secrets }: NodeParts, { namespace, template, ip }: Placed, at: string) {
  const [init] = template.spec.initContainers ?? [];
  const written = variablesOf(init?.env, { namespace, secrets });
  return { ...written, CREDENTIALS_PATH: at, LISTEN_ADDRESS: ip };
}

function statusOf(starts: number, state: object) {
  return { restartCount: starts - 1, containerID: `containerd://${starts}`, state };
}

async function report({ plane }: NodeParts, pod: Placed, status: object): Promise<void> {
  const [init] = pod.template.spec.initContainers ?? [];
  const common = { name: init?.name, image: 'any', imageID: '', ready: false };
  await plane.request('PATCH', `${pathOf(pod)}/status`, {
    status: {
      phase: 'Pending',
      podIP: pod.ip,
      podIPs: [{ ip: pod.ip }],
      initContainerStatuses: [{ ...common, ...status }],
    },
  });
}

function pathOf({ namespace, name }: Placed): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

/** Writes files as a mount of a ConfigMap or a Secret; where they are. */
export function mounted(
  folder: ScratchFolder,
  volume: string,
  files: Readonly<Record<string, string>>,
): string {
  const at = folder.file(`mounts/${volume}`);
  mkdirSync(at, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(at, name), text, { mode: 0o600 });
  }
  return at;
}
