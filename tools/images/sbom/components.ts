import type { Lock } from '../lock.ts';
import type { System, SystemPackage } from '../runtime/package-status.ts';

/** A component of an SBOM, with the fields of CycloneDX that are used here. */
export interface Component {
  readonly type: 'application' | 'library' | 'platform';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly cpe?: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly components?: readonly Component[];
}

/** Numbers of interfaces, not of software. */
const NO_SOFTWARE = new Set(['node', 'modules', 'napi']);

/** The program itself. */
export function programComponent(name: string, version: string): Component {
  const expression = 'Apache-2.0';
  return { type: 'application', 'bom-ref': name, name, version, licenses: [{ expression }] };
}

/**
 * An npm package that the lock file pins.
 * @param folder as the lock file has it, such as `node_modules/pino`
 * @throws Error if the lock file does not have it
 */
export function npmComponent(folder: string, lock: Lock): Component {
  const pinned = lock.packages[folder];
  if (pinned === undefined) throw new Error(`package-lock.json does not have ${folder}`);
  const name = folder.replace(/^.*node_modules\//, '');
  const { version, integrity, license } = pinned;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
}

function hashOf(integrity: string) {
  const content = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
  return { alg: 'SHA-512', content };
}

/**
 * Node's binary, and what is linked into it.
 * @param versions Node's `process.versions`, of the same version of Node
 */
export function nodeComponent(
  packageName: string,
  lock: Lock,
  versions: Readonly<Record<string, string | undefined>>,
): Component {
  const folder = `node_modules/${packageName}`;
  const { version, purl, ...rest } = npmComponent(folder, lock);
  const parts = versions['node'] === version ? Object.entries(versions) : [];
  const components = parts
    .filter(([name]) => !NO_SOFTWARE.has(name))
    .map(([name, of = '']): Component => {
      return { type: 'library', 'bom-ref': `node/${name}@${of}`, name, version: of };
    });
  const cpe = `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`;
  return {
    ...rest,
    type: 'platform',
    name: 'node',
    version,
    ...(purl === undefined ? {} : { purl }),
    cpe,
    components,
  };
}

/** A package of the base image of which there are files in the image. */
export function systemComponent(
  { name, version, architecture, source }: SystemPackage,
  system: System,
): Component {
  const qualifiers = [
    `arch=${architecture}`,
    `distro=${system.id}-${system.version}`,
    ...(source === name ? [] : [`upstream=${source}`]),
  ];
  const path = `${system.id}/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  const purl = `pkg:deb/${path}?${qualifiers.join('&')}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}
