/** What a watch has shown of one pod, and when, in milliseconds of the wall clock. */
export interface Sighting {
  /** When its init container was first seen to run. */
  readonly initSeen?: number;
  /** When its app was first seen to run. */
  readonly appSeen?: number;
  /** The ids that the runtime knows its containers by. */
  readonly initId?: string;
  readonly appId?: string;
  /** An init container ended with another code than 0, or ran more than once. */
  readonly faulty: boolean;
}

interface PodEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR' | 'BOOKMARK';
  readonly object: {
    readonly message?: string;
    readonly metadata: { readonly name: string };
    readonly status?: {
      readonly initContainerStatuses?: readonly ContainerSeen[];
      readonly containerStatuses?: readonly ContainerSeen[];
    };
  };
}

interface ContainerSeen {
  readonly containerID?: string;
  readonly restartCount: number;
  readonly state: {
    readonly running?: object;
    readonly terminated?: { readonly exitCode: number };
  };
}

const NOTHING: Sighting = { faulty: false };

/**
 * Adds what a line of a watch of pods shows, at the moment `at`.
 * @throws Error with the server's words if the watch cannot go on
 */
export function see(sightings: Map<string, Sighting>, line: string, at: number): void {
  const { type, object } = JSON.parse(line) as PodEvent;
  if (type === 'ERROR') throw new Error(`the watch of pods ended: ${object.message}`);
  if (type === 'BOOKMARK') return;
  const { name } = object.metadata;
  const before = sightings.get(name) ?? NOTHING;
  const [init] = object.status?.initContainerStatuses ?? [];
  const [app] = object.status?.containerStatuses ?? [];
  sightings.set(name, {
    ...before,
    ...(init?.state.running && { initSeen: before.initSeen ?? at }),
    ...(app?.state.running && { appSeen: before.appSeen ?? at }),
    ...(init?.containerID && { initId: idOf(init.containerID) }),
    ...(app?.containerID && { appId: idOf(app.containerID) }),
    faulty: before.faulty || isFaulty(init),
  });
}

function isFaulty(init: ContainerSeen | undefined): boolean {
  if (init === undefined) return false;
  return init.restartCount > 0 || (init.state.terminated?.exitCode ?? 0) !== 0;
}

/** Without the runtime's name: `containerd://…`. */
function idOf(containerId: string): string {
  return containerId.slice(containerId.lastIndexOf('/') + 1);
}
