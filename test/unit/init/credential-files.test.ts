import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import type { Credential } from '../../../src/init/exchange/credential.ts';
import {
  CredentialFileError,
  requireDirectories,
  writeCredential,
} from '../../../src/init/exchange/credential-files.ts';
import { type Files, nodeFiles } from '../../../src/init/exchange/files.ts';

const TOKEN: Credential = {
  kind: 'token',
  token: {
    token: new Secret('hvs.client'),
    accessor: 'acc-2',
    leaseDurationSeconds: 60,
    renewable: true,
  },
};
const SECRET_ID: Credential = {
  kind: 'secret-id',
  secretId: new Secret('9f1c-secret-id'),
  accessor: 'acc-1',
};
const WRAPPED: Credential = {
  kind: 'wrapped-secret-id',
  wrappingToken: new Secret('hvs.wrapping'),
  ttlSeconds: 60,
};
const PEM = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';

interface Options {
  readonly credential?: Credential;
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly mode?: number;
  readonly files?: Files;
}

/** An empty credentials directory that goes away with the test. */
function aDirectory(): Disposable & {
  readonly path: string;
  write(options?: Options): void;
  read(name: string): string;
  list(): string[];
} {
  const path = mkdtempSync(join(tmpdir(), 'credentials-'));
  let names = 0;
  return {
    path,
    write({ credential = TOKEN, ca, tokenFile, mode = 0o444, files = nodeFiles } = {}) {
      const settings = {
        mode: credential.kind,
        roleId: 'role-id',
        credentialsPath: path,
        credentialsMode: mode,
        tokenFile,
      };
      const target = { address: 'https://vault:8200', ca };
      writeCredential(files, settings, credential, target, () => {
        names += 1;
        return `random-${names}`;
      });
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    list: () => readdirSync(path).sort(),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

for (const [credential, name, content] of [
  [
    TOKEN,
    'vault-token',
    '{"clientToken":"hvs.client","accessor":"acc-2","leaseDuration":60,"renewable":true,"vaultAddr":"https://vault:8200"}',
  ],
  [
    SECRET_ID,
    'vault-secret-id',
    '{"roleId":"role-id","secretId":"9f1c-secret-id","accessor":"acc-1","vaultAddr":"https://vault:8200"}',
  ],
  [
    WRAPPED,
    'vault-wrapped-secret-id',
    '{"roleId":"role-id","wrappedSecretId":"hvs.wrapping","vaultAddr":"https://vault:8200","ttl":60}',
  ],
] as const) {
  test(`S27 ${name} is the original's JSON, in its order, and nothing else is left behind`, () => {
    using directory = aDirectory();
    directory.write({ credential });
    assert.deepEqual(directory.list(), [name]);
    assert.equal(directory.read(name), content);
    assert.equal(statSync(join(directory.path, name)).mode & 0o7777, 0o444);
  });
}

/** What vault-sidekick's `readJSONFile` does with `AUTH_FORMAT=kubernetes-vault` (utils.go, config.go). */
function readAsVaultSidekick(text: string) {
  // Go's decoder: a type that does not fit is an error, names are matched whatever their case.
  const types = {
    clienttoken: 'string',
    leaseduration: 'number',
    renewable: 'boolean',
    vaultaddr: 'string',
  };
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
    const type = types[name.toLowerCase() as keyof typeof types];
    if (type === undefined) continue;
    assert.equal(typeof value, type, name);
    read[name.toLowerCase()] = value;
  }
  assert.ok(Number.isInteger(read['leaseduration']), 'Go reads an int');
  assert.ok(
    URL.canParse(String(read['vaultaddr'])),
    'it becomes the address, in place of VAULT_ADDR',
  );
  assert.notEqual(read['clienttoken'] ?? '', '');
  return { method: 'token', token: read['clienttoken'], vaultUrl: read['vaultaddr'] };
}

test('vault-sidekick (AUTH_FORMAT=kubernetes-vault) logs in with vault-token', () => {
  using directory = aDirectory();
  directory.write();
  assert.deepEqual(readAsVaultSidekick(directory.read('vault-token')), {
    method: 'token',
    token: 'hvs.client',
    vaultUrl: 'https://vault:8200',
  });
  // It takes a file for JSON unless its name ends in .yaml or .yml.
  assert.doesNotMatch('vault-token', /\.ya?ml$/);
});

test('S27 ca.crt is the bundle that verified Vault; where none did, that of an earlier run goes', () => {
  using directory = aDirectory();
  directory.write({ ca: PEM });
  assert.deepEqual(directory.list(), ['ca.crt', 'vault-token']);
  assert.equal(directory.read('ca.crt'), PEM);
  directory.write();
  assert.deepEqual(directory.list(), ['vault-token']);
});

test('S27 the bare token goes to TOKEN_FILE too, with the same mode', () => {
  using directory = aDirectory();
  const tokenFile = join(directory.path, 'bare');
  directory.write({ tokenFile, mode: 0o400 });
  assert.equal(readFileSync(tokenFile, 'utf8'), 'hvs.client');
  const modes = ['bare', 'vault-token'].map(
    (name) => statSync(join(directory.path, name)).mode & 0o777,
  );
  assert.deepEqual(modes, [0o400, 0o400]);
});

test('S27 files of an earlier run, even read-only ones and links, are replaced, not followed', () => {
  using directory = aDirectory();
  using elsewhere = aDirectory();
  const victim = join(elsewhere.path, 'victim');
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, join(directory.path, 'ca.crt'));
  writeFileSync(join(directory.path, 'vault-token'), 'old');
  chmodSync(join(directory.path, 'vault-token'), 0o400);
  directory.write({ ca: PEM });
  assert.equal(directory.read('ca.crt'), PEM);
  assert.match(directory.read('vault-token'), /hvs\.client/);
  assert.equal(readFileSync(victim, 'utf8'), 'untouched');
});

/** The real files, but for the `failing`-th call, and a record of what was called. */
function failingFiles(failing: number, code: string): Files & { readonly calls: string[] } {
  const calls: string[] = [];
  const passing = <A extends unknown[]>(name: string, act: (...args: A) => void) => {
    return (...args: A) => {
      calls.push(name);
      if (calls.length === failing) throw Object.assign(new Error(code), { code });
      act(...args);
    };
  };
  return {
    calls,
    requireWritable: nodeFiles.requireWritable,
    create: passing('create', nodeFiles.create),
    rename: passing('rename', nodeFiles.rename),
    remove: passing('remove', nodeFiles.remove),
  };
}

test('S27 every file is whole before the first gets its name: ca.crt first, the credential last', () => {
  using directory = aDirectory();
  const names: string[] = [];
  const files: Files = {
    ...nodeFiles,
    create(path, content, mode) {
      names.push('create');
      nodeFiles.create(path, content, mode);
    },
    rename(from, to) {
      names.push(to.slice(directory.path.length + 1));
      nodeFiles.rename(from, to);
    },
  };
  directory.write({ ca: PEM, tokenFile: join(directory.path, 'bare'), files });
  assert.deepEqual(names, ['create', 'create', 'create', 'ca.crt', 'bare', 'vault-token']);
});

test('S27 whichever step fails, there is an old credential or none, never a part of one', () => {
  for (const before of ['none', 'old']) {
    for (let failing = 1; failing <= 6; failing += 1) {
      using directory = aDirectory();
      if (before === 'old') writeFileSync(join(directory.path, 'vault-token'), 'old');
      const files = failingFiles(failing, 'ENOSPC');
      const tokenFile = join(directory.path, 'bare');
      assert.throws(() => directory.write({ ca: PEM, tokenFile, files }), CredentialFileError);
      const left = directory.list().filter((name) => !['ca.crt', 'bare'].includes(name));
      assert.deepEqual(left, before === 'old' ? ['vault-token'] : [], `step ${failing}`);
      if (before === 'old') assert.equal(directory.read('vault-token'), 'old');
    }
  }
});

test('S27 a name that is taken already is not written to, file or link', () => {
  for (const make of [
    (path: string) => writeFileSync(path, ''),
    (path: string) => symlinkSync('/dev/null', path),
  ]) {
    using directory = aDirectory();
    const path = join(directory.path, '.random-1');
    make(path);
    assert.throws(() => directory.write(), CredentialFileError);
    assert.equal(existsSync(join(directory.path, 'vault-token')), false);
  }
});

for (const [code, words] of [
  ['ENOSPC', /cannot write .*vault-token: it is full \(ENOSPC\)$/],
  ['EROFS', /it is read-only \(EROFS\)$/],
  ['EIO', /: EIO \(EIO\)$/],
] as const) {
  test(`S27 ${code} is told in words, without the content`, () => {
    using directory = aDirectory();
    assert.throws(
      () => directory.write({ files: failingFiles(1, code) }),
      (error: Error) => {
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /hvs/);
        return true;
      },
    );
  });
}

test('S27 a directory that is missing or none is a clear error before anything is awaited', () => {
  using directory = aDirectory();
  const settings = { mode: 'token', roleId: '', credentialsMode: 0o444 } as const;
  const missing = join(directory.path, 'missing');
  const file = join(directory.path, 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  mkdirSync(join(directory.path, 'there'));
  const check = (credentialsPath: string, tokenFile?: string) => () =>
    requireDirectories(nodeFiles, { ...settings, credentialsPath, tokenFile });
  assert.throws(
    check(missing),
    /missing: the directory is missing: mount a volume there \(ENOENT\)$/,
  );
  assert.throws(check(file), /file: it is not a directory \(ENOTDIR\)$/);
  assert.throws(check(directory.path, join(missing, 'token')), /missing: the directory is missing/);
  check(directory.path, join(directory.path, 'there', 'token'))();
});
