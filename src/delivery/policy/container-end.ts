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
