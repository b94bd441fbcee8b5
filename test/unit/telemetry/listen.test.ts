import assert from 'node:assert/strict';
import { Server } from 'node:net';
import { test } from 'node:test';
import { ListenError, listen } from '../../../src/telemetry/listen.ts';

/** A server whose `listen` fails as the operating system would have it. */
class FailingServer extends Server {
  readonly #error: Error;

  constructor(code: string) {
    super();
    this.#error = Object.assign(new Error(`listen ${code}`), { code });
  }

  override listen(): this {
    process.nextTick(() => this.emit('error', this.#error));
    return this;
  }
}

const KEYS = { portKey: 'prometheus.port', addressKey: 'prometheus.address' };

const FAILURES: readonly [code: string, address: string | undefined, message: string][] = [
  ['EADDRINUSE', undefined, 'port 80 is in use: set prometheus.port to one that is free'],
  [
    'EACCES',
    undefined,
    'this process may not listen on port 80: set prometheus.port to one from 1024 on, or have the pod set the sysctl net.ipv4.ip_unprivileged_port_start to 0',
  ],
  [
    'EADDRNOTAVAIL',
    '10.0.0.9',
    '10.0.0.9 is no address of this machine: correct prometheus.address',
  ],
  ['EMFILE', '10.0.0.9', 'cannot listen on port 80 of 10.0.0.9 (prometheus.port): listen EMFILE'],
];
for (const [code, address, message] of FAILURES) {
  test(`${code} is an error that says: ${message}`, async () => {
    await assert.rejects(
      listen(new FailingServer(code), { port: 80, address, ...KEYS }),
      (error) => {
        assert.ok(error instanceof ListenError);
        assert.equal(error.message, message);
        return true;
      },
    );
  });
}
