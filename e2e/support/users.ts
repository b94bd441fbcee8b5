import { KubectlFailed, kubectl } from './kubectl.ts';

/** What people do to a cluster, in the words that they would type. */

const PATIENCE = '--timeout=3m';

/** Waits until a rollout is over; `workload` as `deployment/web`. */
export async function rolledOut(namespace: string, workload: string): Promise<void> {
  await kubectl('rollout', 'status', `--namespace=${namespace}`, workload, PATIENCE);
}

/** Replaces the pods of a workload one after the other, and waits for the end of it. */
export async function restart(namespace: string, workload: string): Promise<void> {
  await kubectl('rollout', 'restart', `--namespace=${namespace}`, workload);
  await rolledOut(namespace, workload);
}

/** Does not wait: see `rolledOut`. */
export async function scale(namespace: string, workload: string, replicas: number): Promise<void> {
  await kubectl('scale', `--namespace=${namespace}`, workload, `--replicas=${replicas}`);
}

/** Deletes a pod at once, as one does when it hangs; the name is free again when this returns. */
export async function deletePodByForce(namespace: string, pod: string): Promise<void> {
  await kubectl('delete', 'pod', `--namespace=${namespace}`, pod, '--force', '--grace-period=0');
}

/** Has a container's first process end, as when it falls over: kubelet starts the container again. */
export async function endContainer(
  namespace: string,
  pod: string,
  container: string,
): Promise<void> {
  const where = [`--namespace=${namespace}`, pod, `--container=${container}`];
  try {
    const end = 'process.kill(1, "SIGTERM")';
    await kubectl('exec', ...where, '--', '/usr/bin/node', '--eval', end);
  } catch (error) {
    // The container takes this process along.
    if (!(error instanceof KubectlFailed && /exit code 137/.test(error.message))) throw error;
  }
}

/**
 * Moves every pod off a node, as far as their disruption budgets let it, and waits for that. On a
 * node that is the only one, what replaces them is pending until `uncordon`.
 */
export async function drain(node: string): Promise<void> {
  await kubectl(
    'drain',
    node,
    '--ignore-daemonsets',
    '--delete-emptydir-data',
    '--force',
    PATIENCE,
  );
}

export async function uncordon(node: string): Promise<void> {
  await kubectl('uncordon', node);
}

/** The namespaces, and all in them, are gone when this returns. */
export async function deleteNamespaces(...names: readonly string[]): Promise<void> {
  await kubectl('delete', 'namespace', ...names, '--ignore-not-found', PATIENCE);
}
