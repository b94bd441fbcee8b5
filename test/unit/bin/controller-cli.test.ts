import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CommandLine,
  parseCommandLine,
} from '../../../src/bin/command-line/controller-cli.ts';

const IMAGE_CONFIG = '/kubernetes-vault/kubernetes-vault.yml';

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly local?: string;
}

function parse(args: readonly string[], { files = {}, local }: World = {}): CommandLine {
  return parseCommandLine(args, {
    environment: local === undefined ? {} : { KUBERNETES_VAULT_LOCAL_CONFIG: local },
    version: '1.2.3',
    readFile(path) {
      const content = files[path];
      if (content !== undefined) return content;
      throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
    },
  });
}

const FILES = { 'kubernetes-vault.yml': 'here', [IMAGE_CONFIG]: 'image', '/x.yml': 'named' };

const CONFIGS: readonly [
  what: string,
  args: readonly string[],
  world: World,
  name: string,
  text: string,
][] = [
  [
    'the working directory, without arguments',
    [],
    { files: FILES },
    'kubernetes-vault.yml',
    'here',
  ],
  [
    'the image, where the working directory has none',
    [],
    { files: { [IMAGE_CONFIG]: 'image' } },
    IMAGE_CONFIG,
    'image',
  ],
  ['--config', ['--config', '/x.yml'], { files: FILES }, '/x.yml', 'named'],
  ['--config with =', ['--config=/x.yml'], { files: FILES }, '/x.yml', 'named'],
  ["Go's -config", ['-config', '/x.yml'], { files: FILES }, '/x.yml', 'named'],
  ["Go's -config with =", ['-config=/x.yml'], { files: FILES }, '/x.yml', 'named'],
  [
    "--config after the program's name, as the original's image took it",
    ['kubernetes-vault', '--config=/x.yml'],
    { files: FILES },
    '/x.yml',
    'named',
  ],
  [
    'the last --config',
    ['--config', '/y', '--config', '/x.yml'],
    { files: FILES },
    '/x.yml',
    'named',
  ],
  ['the variable', [], { files: FILES, local: 'text' }, 'KUBERNETES_VAULT_LOCAL_CONFIG', 'text'],
  [
    'the variable, with a log level',
    ['--log-level', 'info'],
    { files: FILES, local: 'text' },
    'KUBERNETES_VAULT_LOCAL_CONFIG',
    'text',
  ],
  [
    "the variable, which the original's image wrote into this very file",
    ['--config', IMAGE_CONFIG],
    { files: FILES, local: 'text' },
    'KUBERNETES_VAULT_LOCAL_CONFIG',
    'text',
  ],
  [
    '--config, whatever the variable says',
    ['--config', '/x.yml'],
    { files: FILES, local: 'text' },
    '/x.yml',
    'named',
  ],
  [
    'a file, where the variable is empty',
    [],
    { files: FILES, local: '' },
    'kubernetes-vault.yml',
    'here',
  ],
];

for (const [what, args, world, configName, configText] of CONFIGS) {
  test(`the configuration comes from ${what}`, () => {
    const line = parse(args, world);
    assert.ok(line.kind === 'run', JSON.stringify(line));
    assert.deepEqual([line.configName, line.configText], [configName, configText]);
  });
}

const LEVELS: readonly [args: readonly string[], level: string][] = [
  [[], 'debug'],
  [['--log-level', 'error'], 'error'],
  [['-log-level', 'warn'], 'warn'],
  [['-log-level=info'], 'info'],
  [['--log-level=ERROR'], 'error'],
];

for (const [args, level] of LEVELS) {
  test(`kubernetes-vault ${args.join(' ')} logs at level ${level}`, () => {
    const line = parse(args, { files: FILES });
    assert.equal(line.kind === 'run' && line.logLevel, level);
  });
}

const WRONG: readonly [args: readonly string[], says: RegExp][] = [
  [['--log-level', 'loud'], /'loud' is invalid.*debug, info, warn, error/],
  [['--confg', 'x'], /unknown option '--confg'\n.*--config/],
  [['-x'], /unknown option '-x'/],
  [['--config'], /'--config <file>' argument missing/],
  [['verison'], /unknown command 'verison'\n.*version/],
  [['run'], /unknown command 'run'/],
  [['version', 'now'], /too many arguments/],
  [
    ['--config', '/missing.yml'],
    /there is no configuration: the file \/missing\.yml does not exist/,
  ],
];

for (const [args, says] of WRONG) {
  test(`kubernetes-vault ${args.join(' ')} is a mistake, explained, with code 2`, () => {
    const line = parse(args, { files: FILES });
    assert.ok(line.kind === 'exit');
    assert.equal(line.code, 2);
    assert.match(line.output, says);
    assert.match(line.output, /\n$/);
  });
}

test('without any configuration it says where one may be', () => {
  const line = parse([]);
  assert.deepEqual(line, {
    kind: 'exit',
    code: 2,
    output: `kubernetes-vault: there is no configuration: neither kubernetes-vault.yml nor ${IMAGE_CONFIG} exists; name a file with --config, or put the text into KUBERNETES_VAULT_LOCAL_CONFIG\n`,
  });
});

test('a configuration that exists and cannot be read is not passed over', () => {
  const line = parseCommandLine([], {
    environment: {},
    version: '1',
    readFile(path) {
      if (path === IMAGE_CONFIG) return 'image';
      throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), {
        code: 'EACCES',
      });
    },
  });
  assert.ok(line.kind === 'exit' && line.code === 2);
  assert.match(line.output, /EACCES: permission denied, open 'kubernetes-vault\.yml'/);
});

for (const args of [['version'], ['--version'], ['-version']]) {
  test(`kubernetes-vault ${args.join(' ')} prints the version alone, and needs no configuration`, () => {
    assert.deepEqual(parse(args), { kind: 'exit', code: 0, output: '1.2.3\n' });
  });
}

for (const args of [['--help'], ['-help'], ['-h'], ['--config', 'x', '--help']]) {
  test(`kubernetes-vault ${args.join(' ')} names every option, command and exit code, with code 0`, () => {
    const line = parse(args);
    assert.ok(line.kind === 'exit' && line.code === 0);
    for (const part of [
      '--config',
      '--log-level',
      'version',
      'KUBERNETES_VAULT_LOCAL_CONFIG',
      '0 stopped',
      '1 failed',
      '2 the command line',
    ]) {
      assert.ok(line.output.includes(part), part);
    }
  });
}
