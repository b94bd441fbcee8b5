import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { initWithin, startingWhen } from '../support/installation/image.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { builtProgram } from '../support/installation/programs.ts';
import { EXCHANGED, type PushReceived, receiver } from '../support/installation/receiver.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';

let home: Installation;

before(async () => {
  home = await startInstallation({ proxied: true });
});

after(() => home[Symbol.asyncDispose]());

test('S41 SIGTERM lets pushes in flight finish, ends with 0, and loses nothing for the next', async () => {
  const controller = await home.controller();
  const received: PushReceived[] = [];
  const slow = receiver((push) => void received.push(push));
  const inFlight = await home.pod({ image: slow.image });
  const listens = Promise.withResolvers<void>();
  const waiting = await home.pod({ image: startingWhen(listens.promise, initWithin) });
  await until('a push is in flight', () => received.length > 0);
  await controller.says({ uid: waiting.uid, msg: /^minted/ });

  const code = controller.stop();
  await controller.says({ msg: /^stopping/ });
  listens.resolve();
  const unseen = await home.pod();
  received[0]?.answer(200, EXCHANGED);
  assert.equal(await code, 0);
  assert.equal(controller.said({ uid: inFlight.uid, msg: /^pushed/ }).length, 1);
  received[0]?.exit(0);
  assert.deepEqual(controller.said({ uid: unseen.uid, msg: /^minted/ }), []);

  const next = await home.controller();
  await Promise.all([inFlight, waiting, unseen].map((pod) => pod.served()));
  assert.equal(slow.pushes.length, 1);
  assert.deepEqual(next.said({ uid: inFlight.uid }), []);
  assert.equal(await next.stop(), 0);
});

const WRONG = `vault:
  addr: nowhere
  wrappingTTL: a while
kubernetes:
  watchNamespac: shop
`;

test('a configuration with mistakes ends it with 2, and all of them are told with their places', async () => {
  const file = home.file('wrong.yml');
  writeFileSync(file, WRONG);
  const program = run(['--config', file]);
  assert.equal(await program.ended, 2);
  const mistakes = ['2:9: vault.addr', '3:16: vault.wrappingTTL', '5:3: kubernetes.watchNamespac'];
  for (const mistake of mistakes) {
    assert.ok(program.printed.includes(`${file}:${mistake}`), program.printed);
  }
  for (const missing of ['vault.token', 'kubernetes.serviceNamespace', 'kubernetes.service']) {
    assert.ok(program.printed.includes(missing), program.printed);
  }
});

/** Command lines, and what they end with. */
const ENDS: readonly [string[], number, RegExp][] = [
  [['version'], 0, /^\d+\.\d+\.\d+/],
  [['--help'], 0, /--config <file>/],
  [['--log-level', 'loud'], 2, /debug, info, warn, error/],
  [['-config', '/nowhere/kubernetes-vault.yml'], 2, /\/nowhere\/kubernetes-vault.yml/],
  [['serve'], 2, /unknown command/],
];

for (const [args, code, words] of ENDS) {
  test(`"kubernetes-vault ${args.join(' ')}" ends with ${code}`, async () => {
    const program = run(args);
    assert.equal(await program.ended, code);
    assert.match(program.printed, words);
  });
}

test('without a way to an API server it ends with 1, and says so', async () => {
  const text =
    'vault: {addr: "http://127.0.0.1:1", token: some-token}\nkubernetes: {watchNamespace: shop, serviceNamespace: home, service: us}\n';
  const program = run([], { KUBERNETES_VAULT_LOCAL_CONFIG: text });
  assert.equal(await program.ended, 1);
  assert.match(program.printed, /no way to the API server/);
});

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
  const file = builtProgram('kubernetes-vault');
  return new Program({ name: 'kubernetes-vault', file, args, environment });
}
