/** One image of a release. */
export interface ReleasedImage {
  /** With its tag, as manifests call it. */
  readonly name: string;
  /** As in `linux/amd64`. */
  readonly platform: string;
  /** The digest of its configuration, which is what runtimes call an image's id. */
  readonly id: string;
  /** The archive that it is in, from the release's folder. */
  readonly archive: string;
}

/** The text of images.txt: a line for each, its fields apart by one blank. */
export function imageList(images: readonly ReleasedImage[]): string {
  return images
    .map(({ name, platform, id, archive }) => `${name} ${platform} ${id} ${archive}\n`)
    .join('');
}
