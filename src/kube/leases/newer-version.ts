/**
 * Resource versions of one resource are integers that grow (KEP-5504), larger than a Number may be:
 * the one with more digits is the greater one.
 */
export function isNewerVersion(version: string, than: string): boolean {
  return version.length === than.length ? version > than : version.length > than.length;
}
