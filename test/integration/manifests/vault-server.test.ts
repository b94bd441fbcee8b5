import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { KubeObject } from '../../support/chart/rendered-chart.ts';
import { AdminClient } from '../../support/real/admin-client.ts';
import { findBinary } from '../../support/real/process/binaries.ts';
import { freePort, requireFree } from '../../support/real/process/free-port.ts';
import { ServerProcess } from '../../support/real/process/server-process.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { kustomized, type Overlay } from './kubectl.ts';
import { type Instead, replaced } from './readme.ts';

/** Vault's container, and its configuration file if it has one. */
async function vaultOf(overlay: Overlay): Promise<{ command: string[]; hcl: string }> {
  const objects = await kustomized(overlay);
  const isVaults = ({ metadata }: KubeObject) => metadata.namespace === 'vault';
  const deployment = objects.find((one) => one.kind === 'Deployment' && isVaults(one));
  const config = objects.find((one) => one.kind === 'ConfigMap' && isVaults(one));
  const [container] = deployment.spec.template.spec.containers;
  return { command: container.command, hcl: config?.data['vault.hcl'] ?? '' };
}

/** Starts what a container runs, where its HOME is the folder. */
async function started(command: string, folder: ScratchFolder, probe: AdminClient) {
  const [, ...args] = command.split(' ');
  const path = findBinary('openbao');
  const server = new ServerProcess({
    name: 'vault',
    path,
    args,
    cwd: folder.path,
    log: folder.file('log'),
  });
  await server.ready(async () => {
    await probe.request('GET', '/v1/sys/health');
    return true;
  });
  return server;
}

/** A port whose next one is free, too: a server takes that for other servers of its cluster. */
async function freePortOfServer(): Promise<number> {
  const port = await freePort();
  const nextIsFree = requireFree(port + 1, '127.0.0.1').then(() => true);
  return (await nextIsFree.catch(() => false)) ? port : await freePortOfServer();
}

/** As `kubectl exec deploy/vault -- bao …` is run in its container. */
async function policiesOfCli(folder: ScratchFolder, address: string): Promise<string[]> {
  const env = { HOME: folder.path, VAULT_ADDR: address };
  const args = ['token', 'lookup', '-format=json'];
  const { stdout } = await promisify(execFile)(findBinary('openbao'), args, { env });
  return JSON.parse(stdout).data.policies;
}

function changed(text: string, instead: Instead): string {
  return [...instead].reduce(replaced, text);
}

test("the quick start's Vault serves all addresses, and its CLI is root in its pod", async () => {
  const folder = new ScratchFolder('vault-quick-start');
  const port = await freePortOfServer();
  const { command } = await vaultOf('quick-start');
  const text = changed(command.join(' '), new Map([['=:8200', `=:${port}`]]));
  const address = `http://127.0.0.1:${port}`;
  const server = await started(text, folder, new AdminClient(address, {}));
  try {
    assert.deepEqual(await policiesOfCli(folder, address), ['root']);
  } finally {
    await server.kill();
    folder.remove();
  }
});

test('the secured Vault speaks https to others, with the certificate of its Secret', async () => {
  const folder = new ScratchFolder('vault-secured');
  const [port, own] = [await freePortOfServer(), await freePortOfServer()];
  const ca = await createTestCa('external CA');
  const { certPem, keyPem } = await ca.issue('vault.vault', ['127.0.0.1']);
  writeFileSync(folder.file('tls.crt'), certPem);
  writeFileSync(folder.file('tls.key'), keyPem);
  const { command, hcl } = await vaultOf('secured-external-ca');
  const files = new Map([['/vault/tls', folder.path]]);
  writeFileSync(
    folder.file('vault.hcl'),
    changed(hcl, new Map([...files, ['":8200"', `":${port}"`]])),
  );
  const places = new Map([
    ['127.0.0.1:8202', `127.0.0.1:${own}`],
    ['/vault/config', folder.path],
  ]);
  const probe = new AdminClient(`https://127.0.0.1:${port}`, {}, ca.caPem);
  const server = await started(changed(command.join(' '), places), folder, probe);
  try {
    assert.deepEqual(await policiesOfCli(folder, `http://127.0.0.1:${own}`), ['root']);
  } finally {
    await server.kill();
    folder.remove();
  }
});
