import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mountedFiles } from '../../support/chart/mounted-files.ts';
import { configText, type KubeObject, theOnly } from '../../support/chart/rendered-chart.ts';
import { settingsOf } from '../../support/config/load.ts';
import { composed } from './composed.ts';
import { DEPLOY } from './kubectl.ts';
import { reaches } from './reach.ts';

const component = readFileSync(`${DEPLOY}/components/raft/kustomization.yaml`, 'utf8');
/** The lines that the component tells people to write. */
const lines = [...component.matchAll(/^# {3}(election:|cluster:| {2}keyFile:)(.*)$/gm)]
  .map(([, key, value]) => `${key}${value}\n`)
  .join('');
const base = readFileSync(`${DEPLOY}/base/kubernetes-vault.yml`, 'utf8');
const objects = await composed('components/raft', `${base}${lines}`);
const { spec, metadata } = theOnly('Deployment', objects).spec.template;
const [{ ports, volumeMounts }] = spec.containers;

const mounted = mountedFiles(spec);
const { election } = settingsOf(
  configText(objects),
  { KUBERNETES_NAMESPACE: 'kubernetes-vault' },
  new Proxy({}, { get: (_, path) => mounted(String(path)) }),
);

test('with the component raft and the lines that it asks for, the controllers elect by Raft, with the keys of a Secret', () => {
  assert.ok(election.kind === 'raft');
  assert.equal(election.keyFile?.keys.length, 1);
  const portsByName = Object.fromEntries(
    ports.map(({ name, containerPort }: KubeObject) => [name, containerPort]),
  );
  const { gossipPort, raftPort } = election;
  assert.partialDeepStrictEqual(portsByName, { gossip: gossipPort, raft: raftPort, peer: 45_680 });
});

test('what Raft keeps is in a volume of the pod, which may be written', () => {
  assert.ok(election.kind === 'raft');
  const folder = election.raftDir.replace(/\/$/, '');
  const mount = volumeMounts.find(({ mountPath }: KubeObject) => mountPath === folder);
  assert.notEqual(mount.readOnly, true);
  const volume = spec.volumes.find(({ name }: KubeObject) => name === mount.name);
  assert.ok(volume.emptyDir.sizeLimit !== undefined);
});

test('only controllers reach the ports of gossip and Raft, and each other they do', () => {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const controller = { namespace: 'kubernetes-vault', labels: metadata.labels };
  const stranger = { namespace: 'kubernetes-vault', labels: { app: 'another' } };
  for (const port of [
    { port: 45_678, protocol: 'UDP' },
    { port: 45_678 },
    { port: 45_679 },
    { port: 45_680 },
  ] as const) {
    const said = JSON.stringify(port);
    assert.ok(reaches(policies, controller, controller, port), said);
    assert.ok(!reaches(policies, stranger, controller, port), said);
  }
});
