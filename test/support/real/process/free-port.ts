import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const lowest = 15_000;
const highest = 29_999;
const handedOut = new Set<number>();

/**
 * A TCP port of `address` that nobody listens on. It lies below the ports that the kernel gives to
 * outgoing connections: those could take it while a server that a test stopped is away, and a
 * client that keeps calling it could even connect to itself.
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, highest + 1);
    if (handedOut.has(port) || !(await isFree(port, address))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`no free port found on ${address} between ${lowest} and ${highest}`);
}

/**
 * Checks the port of a server that is about to start: another program there would answer for it.
 * @throws Error if somebody listens on it.
 */
export async function requireFree(port: number, address: string): Promise<void> {
  if (!(await isFree(port, address))) {
    throw new Error(`port ${port} of ${address} is taken by another program`);
  }
}

async function isFree(port: number, address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
