import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import lock from '../../../package-lock.json' with { type: 'json' };
import { encodePush } from '../../../src/wire/push.ts';
import { IMAGES } from '../../../tools/images/programs.ts';
import { joinArchives } from '../../../tools/release/joined-archive.ts';
import { pack } from '../../../tools/release/pack.ts';
import { buildImages, type UnpackedImage } from '../../support/images/built-images.ts';
import { ANY_USER, type Container, contained, makeVolume } from '../../support/images/contained.ts';
import { idsIn } from '../../support/images/ids-in.ts';
import { post } from '../../support/init/post.ts';
import { goodPush, type ScriptedVault, scriptedVault } from '../../support/init/scripted-vault.ts';
import type { Program } from '../../support/program.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { until, within } from '../../support/until.ts';

const CREDENTIALS = '/var/run/secrets/boostport.com';
const folder = new ScratchFolder('images');
let images: UnpackedImage[];

before(async () => {
  images = await buildImages(folder.file('first'));
  // Any user has to reach what is in it.
  chmodSync(folder.path, 0o755);
});

after(() => folder.remove());

function start(name: string, container?: Container): Program {
  const image = images.find((one) => one.name === name);
  assert.ok(image, `there is no image ${name}`);
  return contained(image, container);
}

/** What it ended with, and what it printed. */
async function outcome(name: string, container?: Container): Promise<[number, string]> {
  const program = start(name, container);
  const code = await within(`${name} has ended`, program.ended, 30_000);
  return [code, program.printed];
}

/** The environment of an init container that takes its credential from this Vault alone. */
function pinned({ origin }: ScriptedVault, port: number): Readonly<Record<string, string>> {
  return {
    VAULT_ROLE_ID: 'role-id',
    VAULT_ADDR: origin,
    VAULT_APPROLE: 'web',
    LISTEN_ADDRESS: '127.0.0.1',
    LISTEN_PORT: String(port),
    TIMEOUT: '60s',
  };
}

function filesOf({ root }: UnpackedImage): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => !name.startsWith('lib64/') && !lstatSync(join(root, name)).isDirectory())
    .sort();
}

test('an image has Node, the libraries that Node links, and one program: no shell, nothing else to run', () => {
  for (const image of images) {
    const files = filesOf(image).filter(
      (name) => !/^usr\/share\/doc\/|^var\/lib\/dpkg\//.test(name),
    );
    const chunks = image.name === 'kubernetes-vault' ? ['app/kubeconfig.mjs'] : [];
    const libraries = files.filter((name) => /^lib\/(?:ld-linux|lib)[\w+-]+\.so\.\d+$/.test(name));
    assert.equal(libraries.length, 7, libraries.join());
    assert.deepEqual(
      files.filter((name) => !libraries.includes(name) && name !== 'lib64'),
      [
        ...chunks,
        `app/${image.name}.mjs`,
        'etc/nsswitch.conf',
        'etc/os-release',
        `usr/bin/${image.name}`,
        'usr/bin/node',
      ].sort(),
    );
  }
});

test('an image has a place for the roots of a system, of which Node would complain, and none in it', () => {
  for (const { root } of images) assert.deepEqual(readdirSync(join(root, 'etc/ssl/certs')), []);
});

test('any user may read all of an image, and only root may write: no file makes a user another one', () => {
  for (const { root } of images) {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const entry = lstatSync(join(root, name));
      if (entry.isSymbolicLink()) continue;
      const mode = (entry.mode & 0o7777).toString(8);
      assert.match(mode, entry.isDirectory() ? /^755$/ : /^(?:755|644)$/, name);
    }
  }
});

test('what a node pulls once for all images is one layer, and each adds one of its own', () => {
  const [shared] = images.flatMap(({ layers }) => layers.slice(0, 1));
  for (const { layers } of images) assert.deepEqual([layers[0], layers.length], [shared, 2]);
  assert.equal(new Set(images.map(({ layers }) => layers[1])).size, images.length);
});

test('an image is for a user without rights, and says which version of what it is', () => {
  for (const { name, config } of images) {
    const labels = Object.entries(config.Labels).flatMap(([key, value]) => {
      const short = key.replace(/^org\.opencontainers\.image\./, '');
      return short === key ? [] : [[short, value] as const];
    });
    const { title, version, revision } = Object.fromEntries(labels);
    assert.deepEqual([config.User, title, version], ['65532:65532', name, lock.version]);
    assert.match(revision ?? '', /^[0-9a-f]{40}(?:-dirty)?$|^unknown$/);
  }
});

test('an SBOM lists what is in its image: npm packages for the controller alone, Node and the system for all', () => {
  for (const { name, sbom, root } of images) {
    const { components } = JSON.parse(sbom) as { components: { purl?: string; name: string }[] };
    const purls = components.flatMap(({ purl }) => (purl === undefined ? [] : [purl]));
    const system = purls.filter((purl) => purl.startsWith('pkg:deb/')).length;
    const bundled = purls.filter((purl) => /^pkg:npm\/(?!node-linux-)/.test(purl));
    assert.deepEqual(
      [system, purls.filter((purl) => /npm\/node-linux-/.test(purl)).length],
      [3, 1],
    );
    assert.equal(bundled.length > 0, name === 'kubernetes-vault', bundled.join());
    const licences = readFileSync(join(root, `usr/share/doc/${name}/copyright`), 'utf8');
    const missing = components.filter(
      (component) =>
        component.purl &&
        bundled.includes(component.purl) &&
        !licences.includes(`==== ${component.name}\n`),
    );
    assert.deepEqual(missing, []);
  }
});

for (const { name } of IMAGES) {
  test(`the image ${name} runs as any user on a root filesystem that can't be written`, async () => {
    assert.deepEqual(await outcome(name, { args: ['version'] }), [0, `${lock.version}\n`]);
  });
}

test('S28 in its image, an init container without VAULT_ROLE_ID ends with 2 and says so', async () => {
  const [code, printed] = await outcome('kubernetes-vault-init');
  assert.equal(code, 2);
  assert.match(printed, /VAULT_ROLE_ID is not set/);
});

const LOCAL_CONFIG = 'KUBERNETES_VAULT_LOCAL_CONFIG';
const BAD_CONFIG = 'vault: {}\n';

for (const [origin, environment] of [
  [LOCAL_CONFIG, { [LOCAL_CONFIG]: BAD_CONFIG }],
  ['/kubernetes-vault/kubernetes-vault.yml', {}],
] as const) {
  test(`in its image, a controller without arguments is configured by ${origin}`, async () => {
    const files = { 'kubernetes-vault.yml': BAD_CONFIG };
    const from = makeVolume(folder.file(`config-${origin.length}`), files);
    const mounts = [{ from, at: '/kubernetes-vault' }];
    const [code, printed] = await outcome('kubernetes-vault', { environment, mounts });
    assert.equal(code, 2);
    assert.ok(printed.startsWith(`${origin}:1:`), printed);
  });
}

test('S27 in its image, an init container writes into the volume alone, and as its user', async () => {
  await using vault = await scriptedVault();
  const port = await freePort();
  const from = makeVolume(folder.file('credentials'));
  const mounts = [{ from, at: CREDENTIALS }];
  const program = start('kubernetes-vault-init', { mounts, environment: pinned(vault, port) });
  await until('it listens', () => program.printed.includes('waiting for the controller'), 30_000);
  const push = encodePush(goodPush(vault.origin));
  assert.equal((await post({ host: '127.0.0.1', port, body: push })).status, 200);
  assert.equal(await within('it has ended', program.ended), 0);
  assert.deepEqual(readdirSync(from), ['vault-token']);
  const file = join(from, 'vault-token');
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).clientToken, 'hvs.client');
  const { mode, uid } = statSync(file);
  assert.equal(mode & 0o777, 0o444);
  if (process.getuid?.() === 0) assert.equal(uid, ANY_USER.uid);
});

test('S27 in its image, an init container without a volume ends with 1 and says why', async () => {
  await using vault = await scriptedVault();
  const environment = { ...pinned(vault, await freePort()), CREDENTIALS_PATH: '/etc' };
  const [code, printed] = await outcome('kubernetes-vault-init', { environment });
  assert.equal(code, 1);
  assert.match(printed, /"level":"error".*\/etc/);
});

test('in its image, the sample app shows what it was given, and never the token', async () => {
  const token = 'hvs.CAESI-a-token-that-is-long-enough-to-be-shortened';
  const credential = { clientToken: token, accessor: 'a', leaseDuration: 60, renewable: true };
  const text = JSON.stringify({ ...credential, vaultAddr: 'https://vault' });
  const from = makeVolume(folder.file('given'), { 'vault-token': text });
  const program = start('kubernetes-vault-sample-app', { mounts: [{ from, at: CREDENTIALS }] });
  await until('it has shown it', () => program.printed.includes('https://vault'), 30_000);
  program.signal('SIGTERM');
  assert.equal(await within('it has ended', program.ended), 0);
  assert.ok(!program.printed.includes(token), program.printed);
});

test('a release has all of them in one archive, with what they share once, in which an engine finds each', async () => {
  const [into, archive] = [folder.file('joined'), folder.file('joined.tar')];
  const ids = joinArchives(
    images.map(({ unpacked }) => unpacked),
    into,
  );
  await pack(into, archive, 0);
  const bytes = images.map((image) => statSync(image.archive).size);
  assert.ok(statSync(archive).size < 1.1 * Math.max(...bytes));
  const names = images.map(({ name }) => `${name}:${lock.version}`);
  assert.deepEqual(await idsIn(archive, names, folder.file('engine')), ids);
});

test('the same sources give the same images, byte for byte', async () => {
  const [one] = images;
  const architecture = process.arch === 'x64' ? 'amd64' : 'arm64';
  const again = await buildImages(folder.file('second'), {
    BASE: join(folder.file('first'), `base-${architecture}`),
    REVISION: one?.config.Labels['org.opencontainers.image.revision'] ?? '',
    SOURCE_DATE_EPOCH: String((one?.created.getTime() ?? 0) / 1000),
  });
  for (const [index, { archive, sbom }] of again.entries()) {
    const first = images[index];
    assert.ok(first && readFileSync(archive).equals(readFileSync(first.archive)), archive);
    assert.equal(sbom, first.sbom);
  }
});
