import { Failure } from '../servers/failure.ts';

/** The architectures of the images, each by the name that its maker gives it. */
export interface Platform {
  /** As in `linux/amd64`, in image configurations and in Debian's package names. */
  readonly architecture: 'amd64' | 'arm64';
  /** As Node has it in `process.arch`, and in the names of the packages with its binary. */
  readonly node: 'x64' | 'arm64';
}

const PLATFORMS: readonly Platform[] = [
  { architecture: 'amd64', node: 'x64' },
  { architecture: 'arm64', node: 'arm64' },
];

/**
 * The platform of that name (`linux/arm64`); without one, that of a machine with this `process.arch`.
 * @throws Failure if no image is made for it
 */
export function platformOf(name: string | undefined, machine: string): Platform {
  const platform = PLATFORMS.find(({ architecture, node }) =>
    name ? name === `linux/${architecture}` : node === machine,
  );
  if (platform) return platform;
  const known = platformNames().join(' and ');
  throw new Failure(`there is no image for ${name || machine}: PLATFORM is one of ${known}`);
}

/** The names of all platforms, as PLATFORM takes them. */
export function platformNames(): string[] {
  return PLATFORMS.map(({ architecture }) => `linux/${architecture}`);
}
