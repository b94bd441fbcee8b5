import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { startProgram } from '../rig/program.ts';
import type { Subject } from './subject.ts';

/**
 * The floor's programs, which run as plain JavaScript, as ours do once they are built: reading
 * TypeScript would cost them time and memory at the start. `folder` takes the JavaScript.
 */
export function floorSubject(folder: string): Subject {
  const [controller, init] = [plain('floor', folder), plain('floor-init', folder)];
  return {
    name: 'floor',
    role: 'floor',
    startController: async (environment) =>
      startProgram({
        name: 'the floor',
        command: process.execPath,
        args: [controller],
        env: {
          KUBERNETES_SERVICE_HOST: environment.kube.host,
          KUBERNETES_SERVICE_PORT: String(environment.kube.port),
          KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: environment.serviceAccountFolder,
          VAULT_ADDR: environment.vault.addr,
          VAULT_TOKEN: environment.vault.token,
        },
        log: join(environment.folder, 'floor.log'),
      }),
    startInit: ({ address, port, folder: own }) =>
      startProgram({
        name: 'the floor of an init container',
        command: process.execPath,
        args: [init],
        env: { LISTEN_ADDRESS: address, LISTEN_PORT: String(port) },
        log: join(own, 'floor-init.log'),
      }),
  };
}

function plain(name: string, folder: string): string {
  const source = readFileSync(fileURLToPath(new URL(`../${name}.ts`, import.meta.url)), 'utf8');
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, transformSync(source, { loader: 'ts', target: 'node24' }).code);
  return file;
}
