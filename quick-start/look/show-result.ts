import { APPS } from '../plan/names.ts';
import type { Kubectl } from '../run/command.ts';
import type { Screen } from '../run/screen.ts';
import { readable } from '../run/trouble.ts';
import { workloadIn, workloadOf } from './workload.ts';

/** Shows what a person looks at first: what the pod's Events say, and what its app got. */
export async function showResult(kubectl: Kubectl, screen: Screen): Promise<void> {
  const found = await kubectl.run(workloadIn(APPS, 'sample-app').args);
  const [pod] = found.code === 0 ? workloadOf(found.stdout).pods : [];
  if (pod === undefined) return;
  const { name } = pod.metadata;
  const described = await kubectl.run(['describe', 'pod', '-n', APPS, name]);
  screen.say(`\n$ kubectl describe pod -n ${APPS} ${name}\n…`);
  screen.say(readable(described.stdout.slice(Math.max(0, described.stdout.indexOf('\nEvents:')))));
  const log = await kubectl.run(['logs', '-n', APPS, name, '-c', 'sample-app']);
  screen.say(`\n$ kubectl logs -n ${APPS} ${name}\n${readable(log.stdout)}`);
}
