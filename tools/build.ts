/** Bundles each program of src/bin into one file that runs by itself: `tools/node tools/build.ts [FOLDER]`. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = resolve(process.argv[2] ?? join(ROOT, 'dist'));

/** CommonJS dependencies call `require`, which an ES module has to make for itself. */
const REQUIRE = `import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);`;

/** Each program, and what makes its bundle different. */
const PROGRAMS: Readonly<Record<string, BuildOptions>> = {
  'kubernetes-vault': {
    // The client library's KubeConfig (outside of clusters) and the doctor are imported on demand.
    splitting: true,
    chunkNames: '[name]-[hash]',
    alias: {
      // Nothing else of it is wanted: the whole library would be 15 MB more.
      '@kubernetes/client-node': '@kubernetes/client-node/dist/config.js',
      // Its build for Node prints what it parses, secrets too, where the environment has LOG_STREAM.
      yaml: join(ROOT, 'node_modules', 'yaml', 'browser', 'index.js'),
    },
    banner: { js: REQUIRE },
  },
  'kubernetes-vault-init': {},
  'kubernetes-vault-sample-app': {},
};

/**
 * Takes from Node's modules only what is imported, as `require` would. An import as an ES module reads
 * all exports, and some load much that nobody wants: `node:http` a second HTTP client, `node:crypto`
 * Web Crypto. Measured on the init container: 7 MB and 15 ms, which every pod would pay.
 */
const builtinsAsNeeded: Plugin = {
  name: 'builtins-as-needed',
  setup(bundler) {
    const namespace = 'builtin';
    bundler.onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: builtinModule(path) }));
  },
};

/** A module with the same exports, of which the bundler drops what nobody imports. */
function builtinModule(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {});
  return [
    `const builtin = process.getBuiltinModule(${JSON.stringify(name)});`,
    'const pick = (name) => builtin[name];',
    'export default builtin;',
    ...names.map((one) => `const $${one} = /* @__PURE__ */ pick('${one}');`),
    `export { ${names.map((one) => `$${one} as ${one}`).join(', ')} };`,
  ].join('\n');
}

/** Gives the names of the files that it wrote. */
async function bundle(name: string, version: string): Promise<string[]> {
  const { metafile } = await build({
    ...PROGRAMS[name],
    entryPoints: { [name]: join(ROOT, 'src', 'bin', `${name}.ts`) },
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'none',
    metafile: true,
    plugins: [builtinsAsNeeded],
    define: { BUILD_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  chmodSync(join(FOLDER, `${name}.mjs`), 0o755);
  return Object.keys(metafile.outputs).map((path) => basename(path));
}

const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };
const written: string[] = [];
for (const name of Object.keys(PROGRAMS)) {
  if (existsSync(join(ROOT, 'src', 'bin', `${name}.ts`)))
    written.push(...(await bundle(name, version)));
}
for (const file of readdirSync(FOLDER)) {
  if (file.endsWith('.mjs') && !written.includes(file)) rmSync(join(FOLDER, file));
}
for (const file of written) {
  const size = (statSync(join(FOLDER, file)).size / 1_000).toFixed(0);
  console.log(`${size.padStart(6)} kB  ${file}`);
}
