import assert from 'node:assert/strict';
import { createServer as createTcpServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { examined, examinedAs } from '../../support/installation/doctor.ts';
import type { Image, Place } from '../../support/installation/image.ts';
import {
  type Installation,
  type PodWish,
  startInstallation,
} from '../../support/installation/installation.ts';
import { laptopWith } from '../../support/installation/kubeconfig.ts';
import { builtProgram } from '../../support/installation/programs.ts';
import { exchanging } from '../../support/installation/receiver.ts';
import { Program } from '../../support/program.ts';
import { createTestCa, type TestCa } from '../../support/real/test-ca.ts';
import { until } from '../../support/until.ts';

let home: Installation;
let otherCa: TestCa;
const open = new AsyncDisposableStack();

before(async () => {
  home = open.use(await startInstallation({ roles: ['web'] }));
  otherCa = await createTestCa('another CA');
});

after(() => open.disposeAsync());

const never = new Promise<number>(() => {});

/** The init container's program, which waits for a push that does not come. */
const waiting: Image = ({ name, environment }, printed) => {
  const file = builtProgram('kubernetes-vault-init');
  const program = new Program({ name, file, environment });
  printed.add(name, () => program.printed);
  open.defer(() => program.signal('SIGTERM'));
  return program;
};

/** Something else where the init container should listen. */
function elsewise(make: (place: Place) => Server): Image {
  return (place) => {
    const sockets = new Set<{ destroy(): void }>();
    const server = make(place).on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    server.listen(place.port, place.ip);
    open.defer(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { ended: never };
  };
}

const PORTS: readonly [what: string, Image, finding: RegExp][] = [
  [
    'nobody listens',
    () => ({ ended: never }),
    /^failed pod\.port: .* refuses connections .*ECONNREFUSED.* → look at its log/,
  ],
  [
    'somebody ends every connection',
    elsewise(() =>
      createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    ),
    /^failed pod\.port: .* takes connections, but ends them .* → look at service meshes/,
  ],
  [
    'no TLS is spoken',
    elsewise(() => createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    /^failed pod\.port: .* takes connections, but no TLS comes of them .* → let the annotation name/,
  ],
  [
    'nothing is said',
    elsewise(() => createTcpServer()),
    /^failed pod\.port: .* takes connections, but no TLS comes of them \(no answer within 3 s\)/,
  ],
];

for (const [what, image, finding] of PORTS) {
  test(`the doctor tells of a pod's port where ${what}`, async () => {
    const pod = await home.pod({ image });
    const { code, findings } = await examined(home, { args: ['pod', pod.name] });
    assert.equal(findings.filter((one) => finding.test(one)).length, 1, findings.join('\n'));
    assert.equal(code, 1);
  });
}

test('the doctor knows an init container of ours by its certificate, and no other TLS server', async () => {
  const [ours, others] = ['ours', 'others'];
  const { certPem: cert, keyPem: key } = await otherCa.issue('mesh', ['mesh.example']);
  await home.pod({ name: ours, image: waiting });
  await home.pod({ name: others, image: elsewise(() => createTlsServer({ cert, key })) });
  const printed = () => home.printed.all().get(`shop/${ours}`) ?? '';
  await until('the init container listens', () => printed().includes(`:${home.initPort}`));
  const right = await examined(home, { args: ['pod', `shop/${ours}`] });
  assert.ok(
    right.findings.some((one) => /^ok pod\.port: an init container of ours answers/.test(one)),
    right.findings.join('\n'),
  );
  const wrong = await examined(home, { args: ['pod', `shop/${others}`] });
  assert.ok(
    wrong.findings.some((one) =>
      /^failed pod\.port: something else speaks TLS at .*issued by some authority, for DNS:mesh\.example/.test(
        one,
      ),
    ),
    wrong.findings.join('\n'),
  );
});

const FIRST: readonly [what: string, PodWish, first: RegExp][] = [
  [
    'is not authorized, while nobody listens either',
    { role: 'office', image: () => ({ ended: never }) },
    /^shop\/\S+: pod\.authorization: no authorization rule .* "office"\n {2}→ add a rule/,
  ],
  [
    'names what is no role',
    { role: 'no role', image: () => ({ ended: never }) },
    /^shop\/\S+: pod\.annotations: "no role" is no name/,
  ],
];

for (const [what, wish, first] of FIRST) {
  test(`of a pod that ${what} the doctor says first what is wrong first`, async () => {
    const pod = await home.pod(wish);
    const { code, printed } = await examinedAs(home, '--output', 'table', {
      args: ['pod', pod.name],
    });
    assert.match(printed, first);
    assert.equal(code, 1);
  });
}

test('of a pod that nobody serves the doctor says that no controller acts', async () => {
  const pod = await home.pod({ name: 'unserved', image: waiting });
  const printed = () => home.printed.all().get('shop/unserved') ?? '';
  await until('the init container listens', () => printed().includes(`:${home.initPort}`));
  const { code, printed: read } = await examinedAs(home, '--output', 'table', {
    args: ['pod', pod.name],
  });
  assert.match(
    read,
    /^shop\/unserved: kubernetes\.election: the pod waits because no controller acts/,
  );
  assert.equal(code, 1);
});

test('the doctor says what an init container waits for that does not run, and what is no pod', async () => {
  const pod = await home.createPod();
  const { findings } = await examined(home, { args: ['pod', pod.name] });
  assert.ok(
    findings.some((one) =>
      /^failed pod\.init-container: .* is not running: PodInitializing/.test(one),
    ),
    findings.join('\n'),
  );
  const none = await examined(home, { args: ['pod', 'shop/nobody'] });
  assert.equal(none.code, 1);
  assert.ok(none.findings.at(-1)?.startsWith('failed pod.exists: there is no pod nobody'));
});

test('the doctor tells what the controller told a pod last, and that a served pod has what it needs', async () => {
  const controller = await home.controller();
  const served = await (await home.pod({ image: exchanging().image })).served();
  await controller.says({ msg: /^delivered/, pod: served.name });
  const environment = laptopWith(home, home.servers.plane.adminToken);
  const visit = { args: ['pod', served.name, '--as', 'kubernetes-vault'], environment };
  const last = /^ok pod\.last-event: A credential of role "web" was delivered/;
  const told = await until('its Event is there', async () => {
    const { findings } = await examined(home, visit);
    return findings.some((one) => last.test(one)) ? findings : undefined;
  });
  const ended = 'ok pod.init-container: it ended well: it has had its credential';
  assert.ok(told.includes(ended), told.join('\n'));
});

test('S18 nothing of what is printed is a secret', () => {
  assert.deepEqual(home.leaks(), []);
});
