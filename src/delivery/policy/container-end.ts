import { type ContainerStart, type PodFacts, sameStart } from '../../kube/pod-facts.ts';

/**
 * How that start of the init container has ended: its exit code, 0 also for a native sidecar that is
 * started; undefined while it runs, or where nothing is known.
 */
export function endOf(start: ContainerStart, { container }: PodFacts): number | undefined {
  if (container.kind === 'ended') {
    return sameStart(container.start, start) ? container.exitCode : undefined;
  }
  if (container.kind !== 'running') return undefined;
  if (sameStart(container.start, start)) return container.sidecarStarted ? 0 : undefined;
  const { previous } = container;
  return previous?.containerId === start.containerId ? previous?.exitCode : undefined;
}

/** Whether that start of the init container is over, however it ended. */
export function isOver(start: ContainerStart, { container }: PodFacts): boolean {
  if (container.kind === 'ended') return container.start.restartCount >= start.restartCount;
  return container.kind === 'running' && container.start.restartCount > start.restartCount;
}

/** The latest start of the init container that these facts show to have ended well. */
export function goodEnd({ container }: PodFacts): ContainerStart | undefined {
  if (container.kind === 'ended') return container.exitCode === 0 ? container.start : undefined;
  if (container.kind !== 'running') return undefined;
  if (container.sidecarStarted) return container.start;
  const { previous, start } = container;
  if (previous?.exitCode !== 0) return undefined;
  const { containerId } = previous;
  return { containerId, restartCount: start.restartCount - 1, startedAt: '' };
}
