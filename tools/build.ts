/** Bundles each program into one file that runs by itself: `tools/node tools/build.ts [FOLDER]`. */
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { PACKAGES_FILE, packagesOf } from './images/bundled-packages.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = resolve(process.argv[2] ?? join(ROOT, 'dist'));

/** CommonJS dependencies call `require`, which an ES module has to make for itself. */
const REQUIRE = `import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);`;

/** Where the client library's KubeConfig goes: 2.5 MB that only a person's laptop needs. */
const KUBECONFIG = 'kubeconfig';

/** What is bundled, from which source, and what makes the bundle different. */
const BUNDLES: Readonly<Record<string, BuildOptions & { readonly source: string }>> = {
  'kubernetes-vault': {
    source: 'src/bin/kubernetes-vault.ts',
    // The source text stays in memory for as long as the program runs.
    minifyWhitespace: true,
    // Its build for Node prints what it parses, secrets too, where the environment has LOG_STREAM.
    alias: { yaml: join(ROOT, 'node_modules', 'yaml', 'browser', 'index.js') },
    banner: { js: REQUIRE },
  },
  // Nothing else of the library is wanted: the whole would be 15 MB more.
  [KUBECONFIG]: {
    source: 'node_modules/@kubernetes/client-node/dist/config.js',
    banner: { js: REQUIRE },
  },
  'kubernetes-vault-init': { source: 'src/bin/kubernetes-vault-init.ts' },
  'kubernetes-vault-sample-app': { source: 'src/bin/kubernetes-vault-sample-app.ts' },
};

/** Leaves the client library out of the programs: they import its file when they need it. */
const kubeconfigApart: Plugin = {
  name: 'kubeconfig-apart',
  setup(bundler) {
    bundler.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: `./${KUBECONFIG}.mjs`,
      external: true,
    }));
  },
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

/** Bundles one program; returns the folders of the packages that it has code of. */
async function bundle(name: string, version: string): Promise<string[]> {
  const { source, ...options } = BUNDLES[name] ?? { source: '' };
  const outfile = join(FOLDER, `${name}.mjs`);
  const { metafile } = await build({
    ...options,
    metafile: true,
    entryPoints: [join(ROOT, source)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'none',
    plugins: [builtinsAsNeeded, kubeconfigApart],
    define: { BUILD_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  chmodSync(outfile, name === KUBECONFIG ? 0o644 : 0o755);
  const size = (statSync(outfile).size / 1_000).toFixed(0);
  console.log(`${size.padStart(6)} kB  ${basename(outfile)}`);
  return packagesOf(metafile);
}

const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };
const names = Object.keys(BUNDLES);
const packages: Record<string, string[]> = {};
for (const name of names) packages[name] = await bundle(name, version);
writeFileSync(join(FOLDER, PACKAGES_FILE), `${JSON.stringify(packages, null, 2)}\n`);
const files = names.map((name) => `${name}.mjs`);
for (const file of readdirSync(FOLDER)) {
  if (file.endsWith('.mjs') && !files.includes(file)) rmSync(join(FOLDER, file));
}
