import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { CHART, helm, helmSucceeds } from '../../support/chart/helm.ts';
import { type KubeObject, VALUES_FILES } from '../../support/chart/rendered-chart.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';

const guide = readFileSync('docs/guide/helm.md', 'utf8');
const folder = new ScratchFolder('chart-guide');

after(() => folder.remove());

function blocks(language: string, page = guide): string[] {
  const fences = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'));
  return [...fences].map(([, text = '']) => text);
}

const [installed = '', ...others] = blocks('yaml');

test('the values with which the guide installs are enough', async () => {
  writeFileSync(folder.file('values.yaml'), installed);
  await helmSucceeds('template', 'kv', CHART, '--values', folder.file('values.yaml'));
});

for (const text of others) {
  const [first = ''] = text.split('\n');
  test(`the values of the guide that begin with ${first} can be set as they stand (${others.indexOf(text)})`, async () => {
    const values: KubeObject = parse(text);
    const rest: KubeObject = parse(readFileSync(VALUES_FILES.get('token') ?? '', 'utf8'));
    if (values.vault?.auth !== undefined) delete rest.vault.auth;
    writeFileSync(folder.file('rest.yaml'), stringify(rest));
    writeFileSync(folder.file('block.yaml'), text);
    const files = ['rest.yaml', 'block.yaml'].flatMap((name) => ['--values', folder.file(name)]);
    await helmSucceeds('template', 'kv', CHART, ...files);
  });
}

test('the message that the guide shows is what helm says', async () => {
  const token = ['--set', 'vault.auth.token.existingSecret=a'];
  const { stderr } = await helm('template', 'kv', CHART, ...token);
  const withoutSpaces = (said: string) => said.replaceAll(/[ \t]+$/gm, '').trim();
  assert.ok(withoutSpaces(stderr).startsWith(withoutSpaces(blocks('text')[0] ?? 'none')), stderr);
});

/** Its commands that change a release, each as one line. */
function releaseCommands(page: string): string[] {
  const lines = blocks('sh', page).flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  return lines.filter((line) => /^helm (install|upgrade) /.test(line));
}

for (const page of ['docs/guide/helm.md', 'README.md']) {
  test(`${page}: what helm is told to install can be rendered`, async () => {
    const commands = releaseCommands(readFileSync(page, 'utf8'));
    assert.notEqual(commands.length, 0);
    for (const command of commands) {
      const [, , ...args] = words(command).filter((word) => word !== '--create-namespace');
      const replaced: Readonly<Record<string, string>> = {
        'deploy/helm/kubernetes-vault': CHART,
        'values.yaml': folder.file('values.yaml'),
      };
      writeFileSync(folder.file('values.yaml'), installed);
      await helmSucceeds('template', ...args.map((arg) => replaced[arg] ?? arg));
    }
  });
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
