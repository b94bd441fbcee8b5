import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is written for it: buildah refuses to work without some of these. */
const CONFIGURATION = {
  'policy.json': '{"default": [{"type": "insecureAcceptAnything"}]}\n',
  'registries.conf': 'unqualified-search-registries = []\n',
  'containers.conf': '',
};

/**
 * The environment in which buildah runs alike on every machine: its settings and its store lie in
 * `folder`, and nothing of the machine's own is read. A driver other than `vfs` is quicker where the
 * machine has it. What buildah runs in an image does not find the libraries of an unpacked package:
 * copy files into images, run nothing in them.
 */
export function buildahEnvironment(folder: string, driver = 'vfs'): NodeJS.ProcessEnv {
  const settings = join(folder, '.config', 'containers');
  const file = (name: string) => join(settings, name);
  mkdirSync(settings, { recursive: true });
  for (const [name, text] of Object.entries(CONFIGURATION)) writeFileSync(file(name), text);
  const [store, run] = [join(folder, 'store'), join(folder, 'run')];
  const storage = { driver, graphroot: store, runroot: run };
  const lines = Object.entries(storage).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}\n`,
  );
  writeFileSync(file('storage.conf'), `[storage]\n${lines.join('')}`);
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    CONTAINERS_CONF: file('containers.conf'),
    CONTAINERS_REGISTRIES_CONF: file('registries.conf'),
    CONTAINERS_STORAGE_CONF: file('storage.conf'),
  };
}
