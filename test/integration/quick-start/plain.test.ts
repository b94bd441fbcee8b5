import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig[Symbol.asyncDispose]());

const up = [
  'up',
  '--yes',
  '--image-prefix',
  'local',
  '--vault-image',
  'local/openbao:e2e',
] as const;

async function secretToken(): Promise<string> {
  type Found = { data: { token: string } };
  const path = '/api/v1/namespaces/kubernetes-vault/secrets/kubernetes-vault-token';
  const { data } = await rig.plane.request<Found>('GET', path);
  return Buffer.from(data.token, 'base64').toString();
}

async function exists(path: string): Promise<boolean> {
  return rig.plane.request('GET', path).then(
    () => true,
    () => false,
  );
}

test('from nothing, five apps get tokens that work against Vault, and nothing secret is printed', async () => {
  const { code, printed } = await rig.run(...up);
  assert.equal(code, 0, printed);
  assert.equal(rig.player.accessors.size, 5);
  const token = await secretToken();
  assert.ok(!printed.includes(token), 'the token was printed');
  assert.ok(!rig.calls.some((call) => call.includes(token)), 'a list of processes would show it');
  type Pods = { items: { spec: { containers: { image: string }[] } }[] };
  const { items } = await rig.plane.request<Pods>('GET', '/api/v1/pods');
  const images = new Set(items.flatMap(({ spec }) => spec.containers.map(({ image }) => image)));
  assert.deepEqual([...images].map((image) => image.replace(/1\.0\.0.*/, 'VERSION')).sort(), [
    'local/kubernetes-vault-sample-app:VERSION',
    'local/kubernetes-vault:VERSION',
    'local/openbao:e2e',
  ]);
});

test('run again, it finds everything done, and leaves the token and the pods as they are', async () => {
  const [token, accessors] = [await secretToken(), new Map(rig.player.accessors)];
  const { code, printed } = await rig.run(...up);
  assert.equal(code, 0, printed);
  assert.equal(await secretToken(), token);
  assert.deepEqual(rig.player.accessors, accessors);
  const again = printed.match(/^ {8}done$/gm) ?? [];
  assert.equal(again.length, 2, `only what kubectl compares is applied again:\n${printed}`);
});

test('status says that all is well', async () => {
  const { printed } = await rig.run('status');
  // Nobody plays the controllers' election.
  const bad = printed.split('\n').filter((line) => line.startsWith('✗'));
  assert.deepEqual(bad, ['✗ no controller acts: nobody holds the Lease'], printed);
});

test('after Vault restarted and lost everything, all is set up again, with other tokens', async () => {
  const before = await secretToken();
  await rig.player.restartVault();
  const status = await rig.run('status');
  assert.equal(status.code, 1);
  assert.match(status.printed, /✗ Vault is empty: .*\n.*→ run `up` again/);
  rig.player.accessors.clear();
  const { code, printed } = await rig.run(...up);
  assert.equal(code, 0, printed);
  assert.notEqual(await secretToken(), before);
  assert.match(printed, /Have the controllers take the token.*\n.*rollout restart.*\n +done/);
});

test('down removes everything, and finds nothing to remove when it is run twice', async () => {
  for (const round of ['first', 'second']) {
    const { code, printed } = await rig.run('down', '--yes');
    assert.equal(code, 0, printed);
    for (const namespace of ['vault', 'kubernetes-vault', 'sample-app']) {
      assert.equal(
        await exists(`/api/v1/namespaces/${namespace}`),
        false,
        `${round}: ${namespace}`,
      );
    }
  }
});

test('a namespace that somebody else made is not touched, and `up` says what to do', async () => {
  await rig.plane.request('POST', '/api/v1/namespaces', { metadata: { name: 'vault' } });
  for (const verb of ['up', 'down']) {
    const { code, printed } = await rig.run(verb, '--yes');
    assert.equal(code, 1);
    assert.match(
      printed,
      /✗ not made by this program: namespace vault\n.*\n.*kubectl label namespace vault /,
    );
  }
  assert.equal(await exists('/api/v1/namespaces/vault'), true);
});
