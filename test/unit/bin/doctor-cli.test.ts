import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from '../../../src/bin/command-line/controller-cli.ts';
import type { DoctorCommand } from '../../../src/bin/command-line/doctor-cli.ts';

function parse(...args: string[]) {
  return parseCommandLine(args, {
    environment: {},
    version: '1.2.3',
    readFile: (path) => `the text of ${path}`,
  });
}

const PLAIN: DoctorCommand = {
  pod: undefined,
  pre: false,
  roles: [],
  as: undefined,
  output: 'table',
};
const WEB = { namespace: 'shop', name: 'web-1' };

const COMMANDS: readonly [args: readonly string[], Partial<DoctorCommand>, config: string][] = [
  [['doctor'], {}, 'kubernetes-vault.yml'],
  [['doctor', '--pre'], { pre: true }, 'kubernetes-vault.yml'],
  [
    ['doctor', '--role', 'web', '--role', 'Office'],
    { roles: ['web', 'office'] },
    'kubernetes-vault.yml',
  ],
  [['doctor', '--config', 'x.yml'], {}, 'x.yml'],
  [['--config', 'x.yml', 'doctor'], {}, 'x.yml'],
  [
    ['doctor', '-config=x.yml', '--as', 'kv/kubernetes-vault'],
    { as: 'kv/kubernetes-vault' },
    'x.yml',
  ],
  [['doctor', '-o', 'json'], { output: 'json' }, 'kubernetes-vault.yml'],
  [['doctor', 'pod', 'shop/web-1'], { pod: WEB }, 'kubernetes-vault.yml'],
  [
    ['doctor', 'pod', 'shop/web-1', '--output', 'json'],
    { pod: WEB, output: 'json' },
    'kubernetes-vault.yml',
  ],
  [
    ['doctor', '--as', 'kv', 'pod', 'shop/web-1', '--config', 'x.yml'],
    { pod: WEB, as: 'kv' },
    'x.yml',
  ],
];

for (const [args, expected, config] of COMMANDS) {
  test(`kubernetes-vault ${args.join(' ')} is understood`, () => {
    const line = parse(...args);
    assert.ok(line.kind === 'doctor', JSON.stringify(line));
    assert.deepEqual(line.command, { ...PLAIN, ...expected });
    assert.equal(line.configName, config);
  });
}

const WRONG: readonly [args: readonly string[], says: RegExp][] = [
  [['doctor', '--output', 'xml'], /'xml' is invalid.*table or json/],
  [['doctor', '--role', 'a b'], /'a b' is invalid.*No AppRole/],
  [['doctor', '--pre', '--as', 'kv'], /'--pre' cannot be used with option '--as <account>'/],
  [['doctor', 'pods'], /too many arguments|unknown command/],
  [['doctor', 'pod'], /missing required argument 'namespace\/name'/],
  [['doctor', 'pod', 'web-1'], /'web-1' is invalid.*NAMESPACE\/NAME/],
  [['doctor', 'pod', 'shop/web-1/x'], /is invalid.*NAMESPACE\/NAME/],
  [['doctor', 'pod', 'shop/web,metadata.namespace=x'], /is invalid/],
  [['doctor', 'pod', 'shop/web-1', '--pre'], /--pre and --role are not of one pod/],
  [['doktor'], /unknown command 'doktor'\n.*doctor/],
];

for (const [args, says] of WRONG) {
  test(`kubernetes-vault ${args.join(' ')} is a mistake, explained, with code 2`, () => {
    const line = parse(...args);
    assert.ok(line.kind === 'exit' && line.code === 2, JSON.stringify(line));
    assert.match(line.output, says);
  });
}

test('kubernetes-vault doctor --help names every option and exit code', () => {
  const line = parse('doctor', '--help');
  assert.ok(line.kind === 'exit' && line.code === 0);
  for (const part of [
    '--pre',
    '--role',
    '--as',
    '--output',
    '--config',
    'pod',
    '1 something has',
  ]) {
    assert.ok(line.output.includes(part), part);
  }
});
