import assert from 'node:assert/strict';
import { eventually } from './eventually.ts';
import { kubectl } from './kubectl.ts';

/** What is not in a namespace, or makes one. */
const KINDS =
  'namespaces,clusterroles,clusterrolebindings,persistentvolumes,customresourcedefinitions';

/** The names of all objects that outlive namespaces. */
export async function objectsOfCluster(): Promise<readonly string[]> {
  const names = await kubectl('get', KINDS, '--output=name');
  return names.trim().split('\n').toSorted();
}

/** Waits until the cluster has what it had before, and nothing else. */
export async function nothingLeft(before: readonly string[]): Promise<void> {
  const left = async () => (await objectsOfCluster()).filter((name) => !before.includes(name));
  await eventually('all is gone', async () => (await left()).length === 0);
  assert.deepEqual(await left(), []);
}
