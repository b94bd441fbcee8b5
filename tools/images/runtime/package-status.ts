import { Failure } from '../../servers/failure.ts';

/** The packages whose files are copied into every image. */
const COPIED = ['libc6', 'libgcc-s1', 'libstdc++6'];

/** What a base image says of itself. */
export interface System {
  /** `ID` and `VERSION_ID` of os-release(5): `debian`, `12`. */
  readonly id: string;
  readonly version: string;
  /** The packages of which an image has files. */
  readonly packages: readonly SystemPackage[];
}

/** A package of the system, as dpkg-query(1) knows it. */
export interface SystemPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package, by which security advisories are written. */
  readonly source: string;
  /** All that dpkg's status file says of it. */
  readonly stanza: string;
}

/** The field of a stanza of a control file (deb822(5)); its first line alone. */
export function fieldOf(stanza: string, field: string): string | undefined {
  return new RegExp(`^${field}: *(.+)$`, 'm').exec(stanza)?.[1]?.trim();
}

/** Which system it is, by os-release(5). */
export function readOsRelease(text: string): Omit<System, 'packages'> {
  const value = (key: string) =>
    new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? 'unknown';
  return { id: value('ID'), version: value('VERSION_ID') };
}

/**
 * Reads /usr/lib/os-release and dpkg's status file of a base image.
 * @throws Failure if one of the packages that are copied is not in it
 */
export function readSystem(osRelease: string, status: string): System {
  const stanzas = status.split(/\n{2,}/);
  const packages = COPIED.map((name) => {
    const stanza = stanzas.find((one) => fieldOf(one, 'Package') === name);
    if (stanza === undefined) throw new Failure(`the base image does not have the package ${name}`);
    return describe(name, stanza.trim());
  });
  return { ...readOsRelease(osRelease), packages };
}

function describe(name: string, stanza: string): SystemPackage {
  return {
    name,
    version: fieldOf(stanza, 'Version') ?? 'unknown',
    architecture: fieldOf(stanza, 'Architecture') ?? 'unknown',
    // With the version in parentheses where that is another one.
    source: fieldOf(stanza, 'Source')?.split(' ')[0] ?? name,
    stanza,
  };
}
