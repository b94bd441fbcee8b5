import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessByManifest } from '../../../demo/manifest-access.ts';

const HOME = 'kubernetes-vault';
const LEASES = 'coordination.k8s.io';
const access = accessByManifest({
  adminToken: 'admin-token',
  controllerToken: 'controller-token',
  namespace: HOME,
});

/** Verb, group, resource, namespace. */
type Right = readonly [verb: string, group: string, resource: string, namespace: string];

function may(user: string | undefined, [verb, group, resource, namespace]: Right): boolean {
  return access.allows({ user: user ?? '', verb, group, resource, namespace });
}

test('the demo’s controllers may do what the manifest grants, and nothing else', () => {
  const controller = access.userOf('controller-token');
  const granted: Right[] = [
    ['watch', '', 'pods', ''],
    ['list', '', 'pods', 'shop'],
    ['create', '', 'events', 'shop'],
    ['patch', LEASES, 'leases', HOME],
    ['create', LEASES, 'leases', HOME],
    ['watch', 'discovery.k8s.io', 'endpointslices', HOME],
  ];
  const refused: Right[] = [
    ['patch', '', 'pods/status', 'shop'],
    ['list', '', 'secrets', HOME],
    ['patch', LEASES, 'leases', 'shop'],
    ['delete', LEASES, 'leases', HOME],
    ['patch', '', 'leases', HOME],
  ];
  for (const right of granted) assert.equal(may(controller, right), true, right.join(' '));
  for (const right of refused) assert.equal(may(controller, right), false, right.join(' '));
  for (const right of refused) assert.equal(may(access.userOf('admin-token'), right), true);
  assert.equal(access.userOf('another token'), undefined);
});
