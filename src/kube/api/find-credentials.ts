import { delimiter, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { KubeCredentials } from './credentials.ts';
import { inClusterCredentials } from './in-cluster.ts';
import { kubeconfigCredentials } from './kubeconfig.ts';

/**
 * The credentials that the environment points to, in kubectl's order: the files in KUBECONFIG, the
 * service account of our pod (its files in `directory`), `~/.kube/config`.
 * @throws Error if it points to none
 */
export function findCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
  clock: Clock,
): KubeCredentials {
  const files = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length > 0) return kubeconfigCredentials(files, clock);
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = Number(environment['KUBERNETES_SERVICE_PORT'] ?? 443);
  if (host) return inClusterCredentials({ host, port, directory }, clock);
  const home = environment['HOME'];
  if (home) return kubeconfigCredentials([join(home, '.kube', 'config')], clock);
  throw new Error(
    'no way to the API server: neither KUBERNETES_SERVICE_HOST (in a pod) nor KUBECONFIG nor HOME is set',
  );
}
